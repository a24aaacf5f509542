//! Servers as processes of their own, so that each has its own memory and its own scheduler.

use std::{
    env,
    fs::{self, File},
    net::{Ipv4Addr, SocketAddr, TcpListener},
    path::{Path, PathBuf},
    process::{Child, Command},
    time::Duration,
};

use crate::{
    Outcome,
    http::{self, Connection},
    stopwatch::Stopwatch,
};

/// The first account of every server started here.
pub(crate) const USERNAME: &str = "ada";
pub(crate) const PASSWORD: &str = "an analytical engine weaves";

/// The limits stay switched on, and are wide enough for one address to make the whole load.
const PLENTY: &str = "1000000 + 1000000/h";

const PATIENCE: Duration = Duration::from_secs(30);

/// A running server. It dies with this value.
pub(crate) struct Server {
    child: Child,
    pub(crate) address: SocketAddr,
    /// From the start of the process to its first answer.
    pub(crate) started_in: Duration,
}

impl Server {
    /// Starts the product with its data in `folder`.
    pub(crate) async fn portcullis(binary: &Path, folder: &Path, algorithm: &str) -> Outcome<Self> {
        Self::on(None, binary, folder, algorithm).await
    }

    /// The same, with its data at a URL.
    pub(crate) async fn on(
        storage: Option<&str>,
        binary: &Path,
        folder: &Path,
        algorithm: &str,
    ) -> Outcome<Self> {
        let address = free_address()?;
        fs::create_dir_all(folder)?;
        let log = File::create(folder.join("log"))?;
        let machine_access = format!(
            r#"{{grant_types=["client_credentials"],resources=["http://{address}"],scope=""}}"#
        );
        let mut command = Command::new(binary);
        command
            .env("PORTCULLIS_SERVER__ADDRESS", address.to_string())
            .env("PORTCULLIS_SERVER__ISSUER", format!("http://{address}"))
            .env("PORTCULLIS_DATA_DIR", folder.join("data"))
            .env("PORTCULLIS_SIGNING__ALGORITHM", algorithm)
            .env("PORTCULLIS_LIMITS__REGISTRATION", PLENTY)
            .env("PORTCULLIS_LIMITS__AUTHORIZATION", PLENTY)
            .env("PORTCULLIS_BOOTSTRAP__USERNAME", USERNAME)
            .env("PORTCULLIS_BOOTSTRAP__PASSWORD", PASSWORD)
            .env("PORTCULLIS_REGISTRATION__MACHINE_ACCESS", machine_access)
            .current_dir(folder)
            .stdout(log.try_clone()?)
            .stderr(log);
        if let Some(url) = storage {
            command.env("PORTCULLIS_STORAGE__URL", url);
        }
        Self::start(command, address, "/livez").await
    }

    /// Starts the least that a server could do instead.
    pub(crate) async fn ceiling(algorithm: &str, folder: &Path) -> Outcome<Self> {
        let address = free_address()?;
        let mut command = Command::new(env::current_exe()?);
        command.args(["ceiling", algorithm, &address.port().to_string()]).arg(folder);
        Self::start(command, address, "/metadata").await
    }

    async fn start(mut command: Command, address: SocketAddr, path: &str) -> Outcome<Self> {
        let clock = Stopwatch::start();
        let child = command.spawn()?;
        let mut server = Self { child, address, started_in: Duration::ZERO };
        while server.first_answer(path).await.is_err() {
            if let Some(status) = server.child.try_wait()? {
                return Err(format!("{command:?} has ended: {status}").into());
            }
            if clock.elapsed() > PATIENCE {
                return Err(format!("{command:?} does not answer").into());
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        server.started_in = clock.elapsed();
        Ok(server)
    }

    async fn first_answer(&self, path: &str) -> Outcome<()> {
        let mut connection = Connection::open(self.address).await?;
        connection.ask(http::get(path)?).await?.success().map(drop)
    }

    /// The memory it occupies, in MiB.
    pub(crate) fn resident_mib(&self) -> Outcome<f64> {
        let status =
            fs::read_to_string(PathBuf::from(format!("/proc/{}/status", self.child.id())))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kib = line.and_then(|line| line.trim().strip_suffix(" kB")).ok_or("no VmRSS")?;
        Ok(kib.parse::<f64>()? / 1024.0)
    }

    /// Asks it to stop, and waits until it has.
    pub(crate) fn stop(mut self) -> Outcome<()> {
        Command::new("kill").arg(self.child.id().to_string()).status()?;
        self.child.wait()?;
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already; then there is nothing to do.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn free_address() -> Outcome<SocketAddr> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?)
}
