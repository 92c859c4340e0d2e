//! Servers on loopback that give each caller the same answer, after the same while.

use std::{
    io::{Read, Write},
    net::{Ipv4Addr, TcpListener, TcpStream, UdpSocket},
    thread,
    time::Duration,
};

use hickory_proto::{
    op::{Message, ResponseCode},
    rr::{Name, RData, Record, RecordType},
};

/// Callers that are served; nobody calls so often.
const MOST_CALLERS: usize = 64;
/// Questions that are answered; nobody asks so many.
const MOST_QUESTIONS: usize = 1000;
/// The name that tells a resolver of public names from one of a closed network.
const PUBLIC_NAME: &str = "login.microsoftonline.com.";
const DEMAND: &[u8] = b"HTTP/1.1 407 Proxy Authentication Required\r\n\
    Proxy-Authenticate: Basic realm=\"proxy\"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
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

/// Starts a proxy that lets nobody through without credentials, and gives its port. It ends with the
/// test.
pub fn authenticating_proxy() -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for mut caller in listener.incoming().take(MOST_CALLERS).flatten() {
            thread::spawn(move || {
                let mut request = [0; 4096];
                let _ = caller.read(&mut request);
                let _ = caller.write_all(DEMAND);
            });
        }
    });
    port
}

/// Starts a resolver that knows one public name and no other, and gives its address. It ends with
/// the test.
pub fn resolver() -> String {
    let socket = UdpSocket::bind(("127.0.0.1", 0)).unwrap();
    let address = socket.local_addr().unwrap().to_string();
    thread::spawn(move || {
        let mut message = [0; 1232];
        for _ in 0..MOST_QUESTIONS {
            let Ok((length, from)) = socket.recv_from(&mut message) else {
                return;
            };
            if let Ok(question) = Message::from_vec(&message[..length]) {
                let _ = socket.send_to(&resolve(&question), from);
            }
        }
    });
    address
}

fn resolve(question: &Message) -> Vec<u8> {
    let mut message = Message::response(question.metadata.id, question.metadata.op_code);
    let known: Name = PUBLIC_NAME.parse().unwrap();
    for query in &question.queries {
        if *query.name() != known {
            message.metadata.response_code = ResponseCode::NXDomain;
        } else if query.query_type() == RecordType::A {
            let address = RData::A(Ipv4Addr::LOCALHOST.into());
            message.add_answer(Record::from_rdata(known.clone(), 60, address));
        }
        message.add_query(query.clone());
    }
    message.to_vec().unwrap()
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
