//! One request and its one answer, on a connection on which nobody else speaks yet.

use std::io;

use bytes::BytesMut;
use ldap3::asn1::{StructureTag, write};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::{
    ber::frame,
    switch::{Stream, no_ldap},
};

/// Sends a request and reads the answer, which is a whole message and all that comes.
///
/// # Errors
/// If the connection fails, or what comes is no message or more than one: what an intruder puts
/// behind an answer in clear must not pass for something that was said under TLS.
pub async fn exchange(server: &mut dyn Stream, request: StructureTag) -> io::Result<BytesMut> {
    let mut bytes = BytesMut::new();
    write::encode_into(&mut bytes, request)?;
    server.write_all(&bytes).await?;
    server.flush().await?;
    let mut answer = BytesMut::new();
    loop {
        if server.read_buf(&mut answer).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        match frame(&answer).map_err(no_ldap)? {
            Some(whole) if whole.length == answer.len() => return Ok(answer),
            Some(_) => return Err(no_ldap(super::ber::Malformed)),
            None => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use ldap3::asn1::{ASNTag, Null};
    use tokio::io::duplex;

    use super::*;

    /// What becomes of this answer.
    async fn answered(answer: &[u8]) -> io::Result<BytesMut> {
        let (mut near, mut far) = duplex(1024);
        far.write_all(answer).await.unwrap();
        far.shutdown().await.unwrap();
        exchange(&mut near, Null::default().into_structure()).await
    }

    #[tokio::test]
    async fn answer_is_one_whole_message() {
        let message = b"\x30\x05\x02\x01\x01\x78\x00";
        assert_eq!(answered(message).await.unwrap(), message[..]);
        let cases: [(&[u8], io::ErrorKind); 4] = [
            (b"", io::ErrorKind::UnexpectedEof),
            (&message[..6], io::ErrorKind::UnexpectedEof),
            (b"\x04\x01x", io::ErrorKind::InvalidData),
            (
                b"\x30\x05\x02\x01\x01\x78\x00more",
                io::ErrorKind::InvalidData,
            ),
        ];
        for (answer, expected) in cases {
            assert_eq!(answered(answer).await.unwrap_err().kind(), expected);
        }
    }
}
