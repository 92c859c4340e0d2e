//! A Kerberos sign-in (RFC 4752), and a connection whose every byte is sealed by its session key.
//!
//! Where TLS protects the connection nothing is sealed; the sign-in is bound to the server's
//! certificate then (RFC 5929), as controllers may demand. The exchange is done before the LDAP
//! library is given the connection, whose own loses messages where several come in one sealed
//! buffer, or one comes in several.

use std::io;

use cross_krb5::{ClientCtx, InitiateFlags, K5Ctx, Step};
use ldap3::{
    LdapResult,
    asn1::{ASNTag, Integer, OctetString, Sequence, StructureTag, Tag, TagClass},
};
use tokio::io::duplex;
use tokio_util::task::AbortOnDropHandle;

use super::relay::{LARGEST, relay};
use crate::directory::bulk::{
    answer::{parts, result},
    ber::Elements,
    dialogue::exchange,
    switch::Stream,
};

/// How a connection is protected once somebody signed in.
pub(super) enum Layer {
    /// By TLS, to which the sign-in is bound, if the certificate allows to.
    Tls(Option<Vec<u8>>),
    /// By the session key.
    Sealing,
}

/// What a sealed connection holds that was not taken yet.
const HELD: usize = 64 * 1024;

/// The security layers (RFC 4752, section 3.3): none, and one that seals.
const NONE: u8 = 1;
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

/// What a server says to a bind.
struct Reply {
    result: LdapResult,
    token: Option<Vec<u8>>,
}

/// Signs in to the server of this name, on a connection on which nobody else speaks. Blocks while the
/// library asks for tickets.
///
/// # Errors
/// If there are no tickets, or the server does not take them.
pub(super) async fn sign_in(
    server: &mut dyn Stream,
    name: &str,
    layer: &Layer,
) -> Result<ClientCtx, Failure> {
    let target = format!("ldap/{name}");
    let binding = match layer {
        Layer::Tls(binding) => binding.as_deref(),
        Layer::Sealing => None,
    };
    let begun = ClientCtx::new(InitiateFlags::empty(), None, &target, binding);
    let (pending, token) = begun.map_err(kerberos)?;
    let reply = say(server, 1, Some(&token)).await?;
    let token = going_on(reply)?;
    let mut context = match pending.step(&token).map_err(kerberos)? {
        Step::Finished((context, None)) => context,
        _ => return Err(Failure::Kerberos("the exchange did not end".to_owned())),
    };
    let offer = going_on(say(server, 2, None).await?)?;
    let offer = context.unwrap(&offer).map_err(kerberos)?;
    let chosen = chosen(layer, &offer)?.to_be_bytes();
    let chosen = context.wrap(true, &chosen).map_err(kerberos)?;
    let reply = say(server, 3, Some(&chosen)).await?;
    match reply.result.rc {
        0 => Ok(context),
        _ => Err(Failure::Refused(reply.result)),
    }
}

/// The layer that is chosen among those that are offered, and the longest sealed buffer that is taken.
fn chosen(layer: &Layer, offer: &[u8]) -> Result<u32, Failure> {
    let (bit, longest, what) = match layer {
        Layer::Tls(_) => (NONE, 0, "leave sealing to TLS"),
        Layer::Sealing => (PRIVACY, LARGEST, "seal"),
    };
    match offer.first() {
        Some(offered) if offered & bit != 0 => Ok(longest | u32::from(bit) << 24),
        _ => Err(Failure::Kerberos(format!(
            "the server does not offer to {what}"
        ))),
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
async fn say(server: &mut dyn Stream, id: i64, token: Option<&[u8]>) -> Result<Reply, Failure> {
    let answer = exchange(server, bind_request(id, token)).await?;
    reply(&answer).ok_or(Failure::Malformed)
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

fn reply(message: &[u8]) -> Option<Reply> {
    const BIND_RESPONSE: u8 = 0x61;
    const CREDENTIALS: u8 = 0x87;
    let (_, contents, _) = parts(message).filter(|(op, ..)| *op == BIND_RESPONSE)?;
    let mut contents = Elements::new(contents);
    let result = result(&mut contents)?;
    let mut token = None;
    while !contents.is_empty() {
        let (tag, value) = contents.any()?;
        if tag == CREDENTIALS {
            token = Some(value.to_vec());
        }
    }
    Some(Reply { result, token })
}

/// The end at which a sealed connection is plain; it works for as long as the handle is kept.
pub(super) fn plain(
    server: Box<dyn Stream>,
    context: ClientCtx,
) -> (Box<dyn Stream>, AbortOnDropHandle<()>) {
    let (near, far) = duplex(HELD);
    let relay = tokio::spawn(async move {
        if let Err(error) = relay(server, far, context).await {
            tracing::debug!(%error, "a sealed connection ended");
        }
    });
    (Box::new(near), AbortOnDropHandle::new(relay))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answer_that_is_no_bind_response_is_none() {
        let answers: [&[u8]; 3] = [
            b"\x30\x03\x02\x01\x01",
            b"\x30\x0c\x02\x01\x01\x65\x07\x0a\x01\x00\x04\x00\x04\x00",
            b"\x30\x05\x02\x01\x01\x61\x00",
        ];
        for bytes in answers {
            assert!(reply(bytes).is_none(), "{bytes:?}");
        }
        let good = b"\x30\x0f\x02\x01\x01\x61\x0a\x0a\x01\x0e\x04\x00\x04\x00\x87\x01\x2a";
        let reply = reply(good).unwrap();
        assert_eq!((reply.result.rc, reply.token), (14, Some(vec![0x2a])));
    }

    #[test]
    fn layer_is_chosen_only_if_it_is_offered() {
        let all = [NONE | PRIVACY, 0, 0, 0];
        let sealing = chosen(&Layer::Sealing, &all).ok();
        assert_eq!(sealing, Some(LARGEST | 4 << 24));
        assert_eq!(chosen(&Layer::Tls(None), &all).ok(), Some(1 << 24));
        for (layer, offer) in [
            (Layer::Sealing, &[NONE][..]),
            (Layer::Tls(None), &[PRIVACY]),
            (Layer::Tls(None), &[]),
        ] {
            assert!(matches!(chosen(&layer, offer), Err(Failure::Kerberos(_))));
        }
    }
}
