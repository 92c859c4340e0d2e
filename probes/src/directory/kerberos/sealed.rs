//! A connection whose every byte is sealed by the session key of a Kerberos sign-in (RFC 4752).
//!
//! The LDAP library's own unsealing loses messages where several come in one sealed buffer, or one
//! comes in several. So the sign-in and the sealing are done here, and the library speaks plain LDAP
//! to the other end of a pair of loopback sockets, of which nobody else can take either end.

use std::io;

use bytes::BytesMut;
use cross_krb5::{ClientCtx, InitiateFlags, K5Ctx, Step};
use ldap3::{
    LdapResult,
    asn1::{
        ASNTag, Integer, OctetString, PL, Sequence, StructureTag, Tag, TagClass, parse_tag,
        parse_uint, write,
    },
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};
use tokio_util::task::AbortOnDropHandle;

use super::relay::{LARGEST, pair, relay};

/// The longest answer to a bind.
const LONGEST_ANSWER: usize = 1024 * 1024;

/// The security layer that seals (RFC 4752, section 3.3).
const PRIVACY: u8 = 4;

const IN_PROGRESS: u32 = 14;

/// Why a sealed connection could not be made.
#[derive(Debug)]
pub(super) enum Failure {
    /// The Kerberos library refuses, in its words.
    Kerberos(String),
    /// The server refuses.
    Refused(LdapResult),
    /// The connection failed.
    Io(io::Error),
    /// The server's answer cannot be understood.
    Malformed,
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// A sealed connection.
#[derive(Debug)]
pub(super) struct Sealed {
    server: TcpStream,
    context: ClientCtx,
}

/// What a server says to a bind.
struct Reply {
    result: LdapResult,
    token: Option<Vec<u8>>,
}

/// Signs in to the server of this name, on a connection on which nothing was sent yet. Blocks while
/// the library asks for tickets.
///
/// # Errors
/// If there are no tickets, or the server does not take them.
pub(super) async fn sign_in(mut server: TcpStream, name: &str) -> Result<Sealed, Failure> {
    let flags = InitiateFlags::empty();
    let target = format!("ldap/{name}");
    let (pending, token) = ClientCtx::new(flags, None, &target, None).map_err(kerberos)?;
    let reply = exchange(&mut server, 1, Some(&token)).await?;
    let token = going_on(reply)?;
    let mut context = match pending.step(&token).map_err(kerberos)? {
        Step::Finished((context, None)) => context,
        _ => return Err(Failure::Kerberos("the exchange did not end".to_owned())),
    };
    let offer = going_on(exchange(&mut server, 2, None).await?)?;
    let offer = context.unwrap(&offer).map_err(kerberos)?;
    if offer.first().is_none_or(|layers| layers & PRIVACY == 0) {
        return Err(Failure::Kerberos(
            "the server does not offer to seal".to_owned(),
        ));
    }
    let chosen = (LARGEST | u32::from(PRIVACY) << 24).to_be_bytes();
    let chosen = context.wrap(true, &chosen).map_err(kerberos)?;
    let reply = exchange(&mut server, 3, Some(&chosen)).await?;
    match reply.result.rc {
        0 => Ok(Sealed { server, context }),
        _ => Err(Failure::Refused(reply.result)),
    }
}

fn kerberos(error: impl std::fmt::Display) -> Failure {
    Failure::Kerberos(format!("{error:#}"))
}

/// The server's token, if it wants the exchange to go on.
fn going_on(reply: Reply) -> Result<Vec<u8>, Failure> {
    match reply.result.rc {
        IN_PROGRESS => reply.token.ok_or(Failure::Malformed),
        _ => Err(Failure::Refused(reply.result)),
    }
}

/// Sends one step of the bind, and reads the answer.
async fn exchange(server: &mut TcpStream, id: i64, token: Option<&[u8]>) -> Result<Reply, Failure> {
    let mut request = BytesMut::new();
    write::encode_into(&mut request, bind_request(id, token))?;
    server.write_all(&request).await?;
    let mut answer = BytesMut::new();
    loop {
        if server.read_buf(&mut answer).await? == 0 {
            return Err(Failure::Io(io::ErrorKind::UnexpectedEof.into()));
        }
        if whole(&answer) {
            let (_, tag) = parse_tag(&answer).map_err(|_| Failure::Malformed)?;
            return reply(tag).ok_or(Failure::Malformed);
        }
        if answer.len() > LONGEST_ANSWER {
            return Err(Failure::Malformed);
        }
    }
}

/// Whether all bytes of a BER element are there; what is malformed is not waited for.
fn whole(bytes: &[u8]) -> bool {
    match *bytes {
        [] | [_] => false,
        [_, short, ..] if short < 0x80 => bytes.len() >= 2 + usize::from(short),
        [_, long, ..] => {
            let octets = usize::from(long & 0x7F);
            let Some(length) = bytes.get(2..2 + octets) else {
                return octets > 4;
            };
            let add = |all: usize, octet: &u8| (all << 8) | usize::from(*octet);
            octets > 4 || bytes.len() >= 2 + octets + length.iter().fold(0, add)
        }
    }
}

fn bind_request(id: i64, token: Option<&[u8]>) -> StructureTag {
    let text = |bytes: &[u8]| {
        Tag::OctetString(OctetString {
            inner: bytes.to_vec(),
            ..Default::default()
        })
    };
    let number = |inner| {
        Tag::Integer(Integer {
            inner,
            ..Default::default()
        })
    };
    let mut credentials = vec![text(b"GSSAPI")];
    credentials.extend(token.map(text));
    let sasl = Tag::Sequence(Sequence {
        id: 3,
        class: TagClass::Context,
        inner: credentials,
    });
    let bind = Tag::Sequence(Sequence {
        id: 0,
        class: TagClass::Application,
        inner: vec![number(3), text(b""), sasl],
    });
    let inner = vec![number(id), bind];
    Tag::Sequence(Sequence {
        inner,
        ..Default::default()
    })
    .into_structure()
}

fn reply(message: StructureTag) -> Option<Reply> {
    let bind = message.expect_constructed()?.into_iter().nth(1)?;
    let mut parts = bind.match_class(TagClass::Application)?.match_id(1)?;
    let PL::C(parts) = &mut parts.payload else {
        return None;
    };
    let mut parts = std::mem::take(parts).into_iter();
    let code = parts.next()?.expect_primitive()?;
    let (_, code) = parse_uint(&code).ok()?;
    let matched = parts.next()?.expect_primitive()?;
    let text = parts.next()?.expect_primitive()?;
    let is_token = |tag: &StructureTag| tag.class == TagClass::Context && tag.id == 7;
    let token = parts
        .find(is_token)
        .and_then(StructureTag::expect_primitive);
    let result = LdapResult {
        rc: u32::try_from(code).ok()?,
        matched: String::from_utf8_lossy(&matched).into_owned(),
        text: String::from_utf8_lossy(&text).into_owned(),
        refs: Vec::new(),
        ctrls: Vec::new(),
    };
    Some(Reply { result, token })
}

impl Sealed {
    /// The end to which plain LDAP is spoken; it works for as long as the handle is kept.
    ///
    /// # Errors
    /// If this machine gives no loopback sockets.
    pub async fn plain(self) -> io::Result<(TcpStream, AbortOnDropHandle<()>)> {
        let (near, far) = pair().await?;
        let relay = tokio::spawn(async move {
            if let Err(error) = relay(self.server, far, self.context).await {
                tracing::debug!(%error, "a sealed connection ended");
            }
        });
        Ok((near, AbortOnDropHandle::new(relay)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn element_is_whole_when_its_last_byte_is_there() {
        let long = [&[0x30, 0x82, 0x01, 0x00][..], &[0; 256]].concat();
        let cases = [
            (&b""[..], false),
            (b"\x30", false),
            (b"\x30\x02\x01", false),
            (b"\x30\x02\x01\x00", true),
            (&long[..3], false),
            (&long[..long.len() - 1], false),
            (&long, true),
            (b"\x30\x85\x01", true),
        ];
        for (bytes, expected) in cases {
            assert_eq!(whole(bytes), expected, "{bytes:?}");
        }
    }

    #[test]
    fn answer_that_is_no_bind_response_is_none() {
        let answers: [&[u8]; 3] = [
            b"\x30\x03\x02\x01\x01",
            b"\x30\x0c\x02\x01\x01\x65\x07\x0a\x01\x00\x04\x00\x04\x00",
            b"\x30\x05\x02\x01\x01\x61\x00",
        ];
        for bytes in answers {
            let (_, tag) = parse_tag(bytes).unwrap();
            assert!(reply(tag).is_none(), "{bytes:?}");
        }
        let good = b"\x30\x0f\x02\x01\x01\x61\x0a\x0a\x01\x0e\x04\x00\x04\x00\x87\x01\x2a";
        let (_, tag) = parse_tag(good).unwrap();
        let reply = reply(tag).unwrap();
        assert_eq!((reply.result.rc, reply.token), (14, Some(vec![0x2a])));
    }
}
