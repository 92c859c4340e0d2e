//! Servers on loopback that give each caller the same answer, after the same while.

use std::{
    io::{Read, Write},
    net::{TcpListener, TcpStream, UdpSocket},
    thread,
    time::Duration,
};

/// Callers that are served; nobody calls so often.
const MOST_CALLERS: usize = 64;
/// Questions that are answered; nobody asks so many.
const MOST_QUESTIONS: usize = 1000;
const ANSWER: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nready";

/// Starts a server that answers `ready` over HTTP after a delay, and gives its port. It ends with
/// the test.
pub fn serve(delay: Duration) -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for caller in listener.incoming().take(MOST_CALLERS).flatten() {
            thread::spawn(move || answer(caller, delay));
        }
    });
    port
}

/// A caller that has gone before its answer came is no fault of the server.
fn answer(mut caller: TcpStream, delay: Duration) {
    let mut request = [0; 4096];
    let _ = caller.read(&mut request);
    thread::sleep(delay);
    let _ = caller.write_all(ANSWER);
}

/// Starts a resolver that knows no name, and gives its address. It ends with the test.
pub fn resolver() -> String {
    let socket = UdpSocket::bind(("127.0.0.1", 0)).unwrap();
    let address = socket.local_addr().unwrap().to_string();
    thread::spawn(move || {
        let mut message = [0; 1232];
        for _ in 0..MOST_QUESTIONS {
            let Ok((length, from)) = socket.recv_from(&mut message) else {
                return;
            };
            if length > 3 {
                // The question comes back as its own answer: a response, "no such name".
                message[2] |= 0x80;
                message[3] = 0x83;
                let _ = socket.send_to(&message[..length], from);
            }
        }
    });
    address
}

/// A file of endpoints with one required group for these targets and roles.
pub fn endpoints(targets: &str, roles: &str, ports: &[u16]) -> String {
    let ports: Vec<_> = ports.iter().map(|port| format!("{port}/http")).collect();
    format!(
        "- id: stand-in\n  targets: [{targets}]\n  clouds: [commercial]\n  roles: [{roles}]\n  \
         need: required\n  ports: [{}]\n  hosts: [{{host: 127.0.0.1, expect: ready}}]\n  \
         why: A server of the test\n  source: none\n",
        ports.join(", ")
    )
}
