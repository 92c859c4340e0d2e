//! The endpoint mapper of a controller (C706 appendix O): at which high port a service listens.
//!
//! Binds to the mapper without a sign-in and asks for one interface, directory replication. The
//! service itself is connected to, and nothing is asked of it.

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// The mapper's own interface, version 3.0.
const MAPPER: [u8; 20] = [
    0x08, 0x83, 0xAF, 0xE1, 0x1F, 0x5D, 0xC9, 0x11, 0x91, 0xA4, 0x08, 0x00, 0x2B, 0x14, 0xA0, 0xFA,
    3, 0, 0, 0,
];
/// Directory replication (MS-DRSR), version 4.0.
const REPLICATION: [u8; 20] = [
    0x35, 0x42, 0x51, 0xE3, 0x06, 0x4B, 0xD1, 0x11, 0xAB, 0x04, 0x00, 0xC0, 0x4F, 0xC2, 0xDC, 0xD2,
    4, 0, 0, 0,
];
/// The transfer syntax NDR, version 2.0.
const NDR: [u8; 20] = [
    0x04, 0x5D, 0x88, 0x8A, 0xEB, 0x1C, 0xC9, 0x11, 0x9F, 0xE8, 0x08, 0x00, 0x2B, 0x10, 0x48, 0x60,
    2, 0, 0, 0,
];
const REQUEST: u8 = 0;
const RESPONSE: u8 = 2;
const BIND: u8 = 11;
const BIND_ACK: u8 = 12;
/// `ept_map`.
const MAP: u16 = 3;
const HEADER: usize = 16;
/// The mapper answers with less; more is not read.
const LONGEST: usize = 5840;

/// The port of directory replication; none if it is not registered.
///
/// # Errors
/// If the connection ends, or something else than a mapper answers (`InvalidData`).
pub(super) async fn replication_port(stream: &mut TcpStream) -> std::io::Result<Option<u16>> {
    let strange = |what| std::io::Error::new(std::io::ErrorKind::InvalidData, what);
    let (kind, _) = exchange(stream, BIND, &bind()).await?;
    if kind != BIND_ACK {
        return Err(strange("the endpoint mapper takes no questions"));
    }
    let (kind, body) = exchange(stream, REQUEST, &map()).await?;
    if kind != RESPONSE {
        return Err(strange("the endpoint mapper refused to answer"));
    }
    Ok(port(&body))
}

async fn exchange(stream: &mut TcpStream, kind: u8, body: &[u8]) -> std::io::Result<(u8, Vec<u8>)> {
    let mut packet = vec![5, 0, kind, 3, 0x10, 0, 0, 0];
    packet.extend(((HEADER + body.len()) as u16).to_le_bytes());
    packet.extend([0, 0, 1, 0, 0, 0]);
    packet.extend(body);
    stream.write_all(&packet).await?;
    let mut header = [0; HEADER];
    stream.read_exact(&mut header).await?;
    let length = usize::from(u16::from_le_bytes([header[8], header[9]]));
    if header[0] != 5 || !(HEADER..=LONGEST).contains(&length) {
        let what = "something else than an endpoint mapper answers";
        return Err(std::io::Error::new(std::io::ErrorKind::InvalidData, what));
    }
    let mut body = vec![0; length - HEADER];
    stream.read_exact(&mut body).await?;
    Ok((header[2], body))
}

fn bind() -> Vec<u8> {
    let mut body = Vec::new();
    body.extend((LONGEST as u16).to_le_bytes());
    body.extend((LONGEST as u16).to_le_bytes());
    // No group; one context, number 0, with one transfer syntax.
    body.extend([0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0]);
    body.extend(MAPPER);
    body.extend(NDR);
    body
}

/// The question: which endpoints has this interface over TCP.
fn map() -> Vec<u8> {
    let tower = tower();
    let mut stub = Vec::new();
    // No object; then a pointer to the tower, behind it the tower as a conformant array.
    stub.extend([0, 0, 0, 0]);
    stub.extend([0, 0, 2, 0]);
    stub.extend((tower.len() as u32).to_le_bytes());
    stub.extend((tower.len() as u32).to_le_bytes());
    stub.extend(&tower);
    stub.resize(stub.len().next_multiple_of(4), 0);
    // From the beginning, one tower at most.
    stub.extend([0; 20]);
    stub.extend([1, 0, 0, 0]);
    let mut body = Vec::new();
    body.extend((stub.len() as u32).to_le_bytes());
    body.extend([0, 0]);
    body.extend(MAP.to_le_bytes());
    body.extend(stub);
    body
}

/// Floors: interface, transfer syntax, connection-oriented RPC, TCP, IP.
fn tower() -> Vec<u8> {
    let mut tower = vec![5, 0];
    for syntax in [REPLICATION, NDR] {
        tower.extend([19, 0, 0x0D]);
        tower.extend(&syntax[..18]);
        tower.extend([2, 0]);
        tower.extend(&syntax[18..]);
    }
    tower.extend([1, 0, 0x0B, 2, 0, 0, 0]);
    tower.extend([1, 0, 0x07, 2, 0, 0, 0]);
    tower.extend([1, 0, 0x09, 4, 0, 0, 0, 0, 0]);
    tower
}

/// The port in the first tower of an answer.
fn port(body: &[u8]) -> Option<u16> {
    // Hint, context and cancel count; handle, count, and the array's three counts; one pointer;
    // two lengths of the tower.
    let begin = 8 + 20 + 4 + 12 + 4 + 8;
    let mut rest = body.get(begin..)?;
    let floors = u16::from_le_bytes(*take(&mut rest, 2)?.first_chunk()?);
    for _ in 0..floors.min(8) {
        let length = u16::from_le_bytes(*take(&mut rest, 2)?.first_chunk()?);
        let left = take(&mut rest, usize::from(length))?;
        let length = u16::from_le_bytes(*take(&mut rest, 2)?.first_chunk()?);
        let right = take(&mut rest, usize::from(length))?;
        if left.first() == Some(&0x07) {
            let port = u16::from_be_bytes(*right.first_chunk()?);
            return (port != 0).then_some(port);
        }
    }
    None
}

fn take<'a>(rest: &mut &'a [u8], length: usize) -> Option<&'a [u8]> {
    let (taken, behind) = rest.split_at_checked(length)?;
    *rest = behind;
    Some(taken)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// Serves one client as a mapper that knows this port.
    pub(in crate::protocols) async fn serve(mut stream: TcpStream, port: u16) {
        let mut buffer = [0; 4096];
        for answer in [packet(BIND_ACK, &[0; 44]), packet(RESPONSE, &mapped(port))] {
            if stream.read(&mut buffer).await.unwrap_or(0) == 0 {
                return;
            }
            let _ = stream.write_all(&answer).await;
        }
    }

    fn packet(kind: u8, body: &[u8]) -> Vec<u8> {
        let mut packet = vec![5, 0, kind, 3, 0x10, 0, 0, 0];
        packet.extend(((HEADER + body.len()) as u16).to_le_bytes());
        packet.extend([0, 0, 1, 0, 0, 0]);
        packet.extend(body);
        packet
    }

    fn mapped(port: u16) -> Vec<u8> {
        let mut tower = tower();
        let at = tower.len() - 11;
        tower[at..at + 2].copy_from_slice(&port.to_be_bytes());
        let mut body = vec![0; 8 + 20];
        body.extend([1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 2, 0]);
        body.extend((tower.len() as u32).to_le_bytes());
        body.extend((tower.len() as u32).to_le_bytes());
        body.extend(tower);
        body
    }

    #[test]
    fn port_stands_in_the_floor_of_tcp() {
        assert_eq!(port(&mapped(49_667)), Some(49_667));
        assert_eq!(port(&mapped(0)), None);
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_read_without_panic(bytes: Vec<u8>) {
            port(&bytes);
        }
    }
}
