//! Carries the bytes of a sealed connection: sealed on the side of the server, plain on the other.
//!
//! Sealed buffers stand behind their length in four bytes (RFC 4422, section 3.7). Where they begin
//! and end has nothing to do with where messages do.

use std::io;

use bytes::{Buf, BytesMut};
use cross_krb5::{ClientCtx, K5Ctx};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

/// The largest sealed buffer that is taken; what OpenLDAP and others offer.
pub(super) const LARGEST: u32 = 0x009F_FFB8;

/// The longest part that is sealed at once; below the limit of every server.
const PART: usize = 16 * 1024;

/// Seals and unseals; the order of calls is the order of the buffers on the wire.
pub(super) trait Seal {
    /// Seals bytes.
    fn seal(&mut self, plain: &[u8]) -> io::Result<Vec<u8>>;

    /// Unseals the buffer of this length with which the bytes begin, and takes it off them.
    fn unseal(&mut self, length: usize, bytes: &mut BytesMut) -> io::Result<BytesMut>;
}

impl Seal for ClientCtx {
    fn seal(&mut self, plain: &[u8]) -> io::Result<Vec<u8>> {
        let sealed = self.wrap(true, plain).map_err(io::Error::other)?;
        Ok(sealed.to_vec())
    }

    fn unseal(&mut self, length: usize, bytes: &mut BytesMut) -> io::Result<BytesMut> {
        self.unwrap_iov(length, bytes).map_err(io::Error::other)
    }
}

/// Carries bytes both ways until either side ends. Where messages begin and end does not matter here:
/// a sealed buffer may hold several, or a part of one.
pub(super) async fn relay(
    mut server: impl AsyncRead + AsyncWrite + Unpin,
    mut plain: impl AsyncRead + AsyncWrite + Unpin,
    mut seal: impl Seal,
) -> io::Result<()> {
    let (mut sealed, mut open) = (BytesMut::new(), BytesMut::new());
    loop {
        tokio::select! {
            read = server.read_buf(&mut sealed) => {
                if read? == 0 {
                    return plain.shutdown().await;
                }
                while let Some(length) = whole_buffer(&sealed)? {
                    sealed.advance(4);
                    let unsealed = seal.unseal(length, &mut sealed)?;
                    plain.write_all(&unsealed).await?;
                }
            }
            read = plain.read_buf(&mut open) => {
                if read? == 0 {
                    return server.shutdown().await;
                }
                while !open.is_empty() {
                    let part = open.split_to(open.len().min(PART));
                    server.write_all(&framed(&seal.seal(&part)?)?).await?;
                }
            }
        }
    }
}

/// A sealed buffer behind its length.
fn framed(buffer: &[u8]) -> io::Result<Vec<u8>> {
    let length = u32::try_from(buffer.len()).map_err(io::Error::other)?;
    Ok([&length.to_be_bytes(), buffer].concat())
}

/// The length of the sealed buffer that begins here, if all of it is there.
fn whole_buffer(bytes: &[u8]) -> io::Result<Option<usize>> {
    let Some(length) = bytes.first_chunk::<4>() else {
        return Ok(None);
    };
    let length = u32::from_be_bytes(*length);
    if length > LARGEST {
        return Err(io::Error::other(
            "a sealed buffer is larger than was agreed",
        ));
    }
    let length = usize::try_from(length).map_err(io::Error::other)?;
    Ok((bytes.len() - 4 >= length).then_some(length))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sealed_buffer_waits_for_its_end_and_is_bounded() {
        assert_eq!(whole_buffer(b"\0\0\0").unwrap(), None);
        assert_eq!(whole_buffer(b"\0\0\0\x02a").unwrap(), None);
        assert_eq!(whole_buffer(b"\0\0\0\x02abc").unwrap(), Some(2));
        assert!(whole_buffer(b"\xFF\0\0\0").is_err());
    }

    /// Turns every bit round, and adds a byte, as real sealing makes a buffer longer.
    struct Fake;

    impl Seal for Fake {
        fn seal(&mut self, plain: &[u8]) -> io::Result<Vec<u8>> {
            let turned = plain.iter().map(|byte| !byte);
            Ok(std::iter::once(0xAA).chain(turned).collect())
        }

        fn unseal(&mut self, length: usize, bytes: &mut BytesMut) -> io::Result<BytesMut> {
            let sealed = bytes.split_to(length);
            if sealed.first() != Some(&0xAA) {
                return Err(io::Error::other("out of step"));
            }
            Ok(sealed[1..].iter().map(|byte| !byte).collect())
        }
    }

    /// What comes out at the plain end if the server sends this text in sealed buffers of these
    /// lengths, of which so many bytes arrive at a time.
    async fn carried(text: &[u8], lengths: &[usize], arriving: usize) -> Vec<u8> {
        let mut wire = Vec::new();
        let (mut rest, mut lengths) = (text, lengths.iter().cycle());
        while !rest.is_empty() {
            let (part, more) = rest.split_at(rest.len().min(*lengths.next().unwrap()));
            wire.extend(framed(&Fake.seal(part).unwrap()).unwrap());
            rest = more;
        }
        let (server, mut far_server) = tokio::io::duplex(arriving);
        let (plain, mut near) = tokio::io::duplex(64);
        let send = async {
            far_server.write_all(&wire).await.unwrap();
            far_server.shutdown().await.unwrap();
        };
        let mut out = Vec::new();
        let (_, (), read) =
            tokio::join!(relay(server, plain, Fake), send, near.read_to_end(&mut out));
        read.unwrap();
        out
    }

    proptest::proptest! {
        #[test]
        fn text_survives_any_cut_into_sealed_buffers_and_reads(
            text: Vec<u8>,
            lengths in proptest::collection::vec(1_usize..40, 1..6),
            arriving in 1_usize..70,
        ) {
            let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
            let out = runtime.block_on(carried(&text, &lengths, arriving));
            proptest::prop_assert_eq!(out, text);
        }
    }

    #[tokio::test]
    async fn requests_are_sealed_in_parts() {
        let (server, mut far_server) = tokio::io::duplex(1024);
        let (plain, mut near) = tokio::io::duplex(1024);
        let relay = tokio::spawn(relay(server, plain, Fake));
        let request = vec![7; PART + 100];
        let sent = request.clone();
        let send = tokio::spawn(async move {
            near.write_all(&sent).await.unwrap();
        });
        let (mut bytes, mut out) = (BytesMut::new(), Vec::new());
        while out.len() < request.len() {
            far_server.read_buf(&mut bytes).await.unwrap();
            while let Some(length) = whole_buffer(&bytes).unwrap() {
                assert!(length <= PART + 1);
                bytes.advance(4);
                out.extend(Fake.unseal(length, &mut bytes).unwrap());
            }
        }
        assert_eq!(out, request);
        send.await.unwrap();
        drop(far_server);
        relay.await.unwrap().unwrap();
    }
}
