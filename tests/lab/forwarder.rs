//! A door to the controller inside the lab, which is slow or shuts after some bytes.
//!
//! Bounded: each connection's threads end with it, and all end with the process.

use std::io::{self, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::thread;
use std::time::Duration;

use xtask::lab::{ADDRESS, Lab, SERVER};

/// How the door treats what the controller answers.
#[derive(Debug, Clone, Copy)]
pub enum Manner {
    /// Lets this many bytes of each connection's answers through, then resets it.
    CutAfter(usize),
    /// Holds the first answer of each connection back for this long.
    SlowBy(Duration),
}

/// Opens a door to this port of the controller and gives the door's own port.
///
/// It has the controller's name and address, so certificates and tickets are good for it.
pub fn open(lab: &Lab, port: u16, manner: Manner) -> u16 {
    let opened = lab.namespace().enter(move || -> io::Result<u16> {
        let listener = TcpListener::bind((ADDRESS, 0))?;
        let own = listener.local_addr()?.port();
        // A thread that is started inside the namespace opens its connections there as well.
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                thread::spawn(move || forward(&client, port, manner));
            }
        });
        Ok(own)
    });
    opened.unwrap().unwrap()
}

/// Address of a door, as the program takes it.
pub fn url(scheme: &str, port: u16) -> String {
    format!("{scheme}://{SERVER}:{port}")
}

fn forward(client: &TcpStream, port: u16, manner: Manner) -> io::Result<()> {
    let address = SocketAddr::new(ADDRESS.parse().map_err(io::Error::other)?, port);
    let server = TcpStream::connect(address)?;
    let (mut questions, mut asked) = (client.try_clone()?, server.try_clone()?);
    thread::spawn(move || {
        let _ = io::copy(&mut questions, &mut asked);
        let _ = asked.shutdown(Shutdown::Write);
    });
    let _ = answer(&server, client, manner);
    let _ = server.shutdown(Shutdown::Both);
    client.shutdown(Shutdown::Both)
}

fn answer(mut server: &TcpStream, mut client: &TcpStream, manner: Manner) -> io::Result<()> {
    match manner {
        Manner::CutAfter(bytes) => {
            io::copy(&mut server.take(bytes as u64), &mut client)?;
        }
        Manner::SlowBy(delay) => {
            let mut first = [0; 1024];
            let read = server.read(&mut first)?;
            thread::sleep(delay);
            client.write_all(&first[..read])?;
            io::copy(&mut server, &mut client)?;
        }
    }
    Ok(())
}
