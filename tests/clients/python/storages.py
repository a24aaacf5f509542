"""Where a server may keep its data: the settings for each kind of database, made anew."""

import os
import subprocess
from collections.abc import Callable
from uuid import uuid4


def in_the_data_folder() -> dict[str, str]:
    return {}


def on_postgresql() -> dict[str, str]:
    """A new database on the server that `tests/with-postgres` has started."""
    server, name = os.environ["TEST_POSTGRES_URL"], f"portcullis_{uuid4().hex}"
    subprocess.run(["createdb", f"--maintenance-db={server}", name], check=True)
    return {"PORTCULLIS_STORAGE__URL": server.rpartition("/")[0] + "/" + name}


STORAGES: dict[str, Callable[[], dict[str, str]]] = {
    "SQLite": in_the_data_folder,
    "PostgreSQL": on_postgresql,
}
