//! A door to the controller inside the lab, which is slow, or shuts or falls silent after some bytes.
//!
//! Bounded: each connection's threads end with it, and all end with the process.

use std::io::{self, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;
use std::time::Duration;

use xtask::lab::{ADDRESS, Lab, SERVER};

/// Longest wait for a client to come as far as the door lets it.
const PATIENCE: Duration = Duration::from_secs(20);

/// How the door treats what the controller answers.
#[derive(Debug, Clone, Copy)]
pub enum Manner {
    /// Lets this many bytes of each connection's answers through, then resets it.
    CutAfter(usize),
    /// Lets this many bytes of each connection's answers through, then no more, and stays open.
    SilentAfter(usize),
    /// Holds the first answer of each connection back for this long.
    SlowBy(Duration),
}

/// A door that is open.
pub struct Door {
    port: u16,
    shut: Receiver<()>,
}

/// Opens a door to this port of the controller.
///
/// It has the controller's name and address, so certificates and tickets are good for it.
pub fn open(lab: &Lab, port: u16, manner: Manner) -> Door {
    let (tell, shut) = mpsc::channel();
    let opened = lab.namespace().enter(move || -> io::Result<u16> {
        let listener = TcpListener::bind((ADDRESS, 0))?;
        let own = listener.local_addr()?.port();
        // A thread that is started inside the namespace opens its connections there as well.
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let tell = tell.clone();
                thread::spawn(move || forward(&client, port, manner, &tell));
            }
        });
        Ok(own)
    });
    let port = opened.unwrap().unwrap();
    Door { port, shut }
}

impl Door {
    /// Its address, as the program takes it.
    pub fn url(&self, scheme: &str) -> String {
        format!("{scheme}://{SERVER}:{}", self.port)
    }

    /// Waits until a connection got all the bytes that it gets.
    pub fn wait_until_shut(&self) {
        let shut = self.shut.recv_timeout(PATIENCE);
        shut.expect("a client reads as many bytes as the door lets through");
    }
}

fn forward(client: &TcpStream, port: u16, manner: Manner, tell: &Sender<()>) -> io::Result<()> {
    let address = SocketAddr::new(ADDRESS.parse().map_err(io::Error::other)?, port);
    let server = TcpStream::connect(address)?;
    let (mut questions, mut asked) = (client.try_clone()?, server.try_clone()?);
    let asking = thread::spawn(move || {
        let _ = io::copy(&mut questions, &mut asked);
        let _ = asked.shutdown(Shutdown::Write);
    });
    if let (Ok(true), Manner::SilentAfter(_)) = (answer(&server, client, manner), manner) {
        // A test that ended no longer listens.
        let _ = tell.send(());
        let _ = asking.join();
    }
    let _ = server.shutdown(Shutdown::Both);
    client.shutdown(Shutdown::Both)
}

/// Lets the answers through; whether it let as many bytes through as it lets at most.
fn answer(mut server: &TcpStream, mut client: &TcpStream, manner: Manner) -> io::Result<bool> {
    match manner {
        Manner::CutAfter(bytes) | Manner::SilentAfter(bytes) => {
            let passed = io::copy(&mut server.take(bytes as u64), &mut client)?;
            Ok(passed == bytes as u64)
        }
        Manner::SlowBy(delay) => {
            let mut first = [0; 1024];
            let read = server.read(&mut first)?;
            thread::sleep(delay);
            client.write_all(&first[..read])?;
            io::copy(&mut server, &mut client)?;
            Ok(false)
        }
    }
}
