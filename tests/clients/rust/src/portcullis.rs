//! Starts the real server, with a data folder of its own, and stops exactly that process.

use std::{env, net::TcpListener, process::Stdio, time::Duration};

use openidconnect::reqwest;
use tempfile::TempDir;
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, ChildStdin, Command},
    time,
};

const HERE: &str = env!("CARGO_MANIFEST_DIR");

/// Somebody with an account.
#[derive(Debug)]
pub struct Person {
    /// The user name.
    pub username: &'static str,
    /// Their password.
    pub password: &'static str,
}

/// The person whom every server that is started here knows.
pub const ADA: Person = Person { username: "ada", password: "correct horse battery staple" };

/// A running server. It ends when this is dropped.
#[derive(Debug)]
pub struct Portcullis {
    /// Its name for itself.
    pub issuer: String,
    process: Child,
    _data: TempDir,
}

impl Portcullis {
    /// Starts a server on a free port.
    ///
    /// # Panics
    ///
    /// If it does not become ready.
    pub async fn start() -> Self {
        let built = format!("{HERE}/../../../target/debug/portcullis");
        let binary = env::var("TEST_SERVER_BINARY").unwrap_or(built);
        let address = free_address();
        let issuer = format!("http://{address}");
        let data = tempfile::tempdir().expect("a data folder");
        let process = Command::new(binary)
            .arg("serve")
            .current_dir(&data)
            .env_clear()
            .env("PORTCULLIS_SERVER__ADDRESS", &address)
            .env("PORTCULLIS_SERVER__ISSUER", &issuer)
            .env("PORTCULLIS_DATA_DIR", data.path())
            .env("PORTCULLIS_BOOTSTRAP__USERNAME", ADA.username)
            .env("PORTCULLIS_BOOTSTRAP__PASSWORD", ADA.password)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .expect("the server is built");
        let mut server = Self { issuer, process, _data: data };
        let ready = time::timeout(Duration::from_mins(1), server.until_ready()).await;
        ready.expect("the server is ready in time");
        server
    }

    async fn until_ready(&mut self) {
        let ready = format!("{}/ready", self.issuer);
        while !reqwest::get(&ready).await.is_ok_and(|answer| answer.status() == 200) {
            let ended = self.process.try_wait().expect("the state of the process");
            assert!(ended.is_none(), "the server did not start: {ended:?}");
            time::sleep(Duration::from_millis(20)).await;
        }
    }
}

/// A running MCP server that only people with a token for it may use. It ends when this is dropped.
#[derive(Debug)]
pub struct Notes {
    /// The URL of the server.
    pub url: String,
    /// It ends with its input.
    _input: ChildStdin,
    _process: Child,
}

impl Notes {
    /// Starts one that believes what this issuer signs.
    ///
    /// # Panics
    ///
    /// If it does not start.
    pub async fn start(issuer: &str) -> Self {
        let mut process = Command::new("node")
            .args([&format!("{HERE}/../node/support/mcp-server.mjs"), issuer])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("Node is installed");
        let input = process.stdin.take().expect("piped");
        let output = BufReader::new(process.stdout.take().expect("piped"));
        let url = output.lines().next_line().await.expect("readable").expect("its URL");
        Self { url, _input: input, _process: process }
    }
}

/// An address of this machine that nobody listens on.
fn free_address() -> String {
    let probe = TcpListener::bind("127.0.0.1:0").expect("a free port");
    probe.local_addr().expect("bound").to_string()
}
