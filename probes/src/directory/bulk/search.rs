//! One search in bulk: asked for in pages, its answers read where they stand.

use std::{
    io,
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use bytes::{Bytes, BytesMut};
use ldap3::{
    asn1::{
        ASNTag, Boolean, Enumerated, Integer, OctetString, Sequence, StructureTag, Tag, TagClass,
        write,
    },
    controls::RawControl,
    parse_filter,
};
use tokio::{sync::mpsc, time::timeout};

use super::{
    answer::{Answer, answer},
    ber::frame,
    switch::{FIRST_OWN, Messages, Order, answers},
};
use crate::directory::server::Request;

/// Asks a server for much.
pub struct Bulk {
    orders: mpsc::Sender<Order>,
    /// How many requests were sent.
    sent: AtomicU32,
}

/// What comes in answer to one request.
pub struct Answers {
    id: u32,
    came: mpsc::Receiver<Messages>,
}

impl Bulk {
    /// One that gives its orders to a switch.
    pub fn new(orders: mpsc::Sender<Order>) -> Self {
        Self {
            orders,
            sent: AtomicU32::new(0),
        }
    }

    /// Sends a search with these controls. Whatever still comes for the one before is dropped.
    ///
    /// # Errors
    /// If the connection is at its end.
    pub async fn ask(
        &self,
        request: &Request<'_>,
        controls: Vec<RawControl>,
    ) -> io::Result<Answers> {
        let (id, (sender, came)) = (self.next_id(), answers());
        let message = message(id, search(request)?, controls)?;
        self.order(message, Some((id, sender))).await?;
        Ok(Answers { id, came })
    }

    /// Tells the server that nobody waits for the rest.
    pub async fn abandon(&self, answers: Answers) {
        const ABANDON: u64 = 16;
        let op = Tag::Integer(Integer {
            id: ABANDON,
            class: TagClass::Application,
            inner: answers.id.into(),
        });
        drop(answers);
        if let Ok(message) = message(self.next_id(), op, Vec::new()) {
            let _ = self.order(message, None).await;
        }
    }

    async fn order(
        &self,
        message: Bytes,
        answers: Option<(u32, mpsc::Sender<Messages>)>,
    ) -> io::Result<()> {
        let sent = self.orders.send(Order { message, answers }).await;
        sent.map_err(|_| io::ErrorKind::UnexpectedEof.into())
    }

    fn next_id(&self) -> u32 {
        // Half of what a number can be are ours; a million pages of a thousand use none twice.
        FIRST_OWN + self.sent.fetch_add(1, Ordering::Relaxed) % FIRST_OWN
    }
}

impl Answers {
    /// Messages that have come together; waits for the first of them.
    ///
    /// # Errors
    /// If none comes in this time, or the connection is at its end.
    pub async fn next(&mut self, patience: Duration) -> io::Result<Bytes> {
        match timeout(patience, self.came.recv()).await {
            Ok(Some(messages)) => messages,
            Ok(None) => Err(io::ErrorKind::UnexpectedEof.into()),
            Err(_) => Err(io::ErrorKind::TimedOut.into()),
        }
    }
}

/// The messages of which these bytes consist; nothing in the place of one that is malformed, and
/// nothing after it.
pub fn each(mut messages: &[u8]) -> impl Iterator<Item = Option<Answer<'_>>> {
    std::iter::from_fn(move || {
        if messages.is_empty() {
            return None;
        }
        let whole = frame(messages).ok().flatten();
        let Some((message, rest)) = whole.and_then(|whole| messages.split_at_checked(whole.length))
        else {
            messages = &[];
            return Some(None);
        };
        messages = rest;
        Some(answer(message))
    })
}

fn search(request: &Request<'_>) -> io::Result<Tag> {
    const SEARCH: u64 = 3;
    let filter = parse_filter(request.filter).map_err(|()| io::ErrorKind::InvalidInput)?;
    let scope = ldap3::Scope::from(request.scope) as i64;
    Ok(Tag::Sequence(Sequence {
        id: SEARCH,
        class: TagClass::Application,
        inner: vec![
            octets(request.base.as_bytes()),
            enumerated(scope),
            // Aliases are not followed.
            enumerated(0),
            // No limits but the server's own.
            integer(0),
            integer(0),
            // Values are wanted, not types alone.
            boolean(false),
            filter,
            sequence(
                request
                    .attributes
                    .iter()
                    .map(|name| octets(name.as_bytes())),
            ),
        ],
    }))
}

fn message(id: u32, op: Tag, controls: Vec<RawControl>) -> io::Result<Bytes> {
    let mut parts = vec![integer(id.into()), op];
    if !controls.is_empty() {
        parts.push(Tag::Sequence(Sequence {
            id: 0,
            class: TagClass::Context,
            inner: controls.into_iter().map(control).collect(),
        }));
    }
    let mut bytes = BytesMut::new();
    write::encode_into(&mut bytes, structure(parts))?;
    Ok(bytes.freeze())
}

fn control(control: RawControl) -> Tag {
    let mut parts = vec![octets(control.ctype.as_bytes())];
    if control.crit {
        parts.push(boolean(true));
    }
    parts.extend(control.val.map(|value| octets(&value)));
    sequence(parts)
}

fn structure(parts: Vec<Tag>) -> StructureTag {
    sequence(parts).into_structure()
}

fn sequence(parts: impl IntoIterator<Item = Tag>) -> Tag {
    Tag::Sequence(Sequence {
        inner: parts.into_iter().collect(),
        ..Default::default()
    })
}

fn octets(bytes: &[u8]) -> Tag {
    Tag::OctetString(OctetString {
        inner: bytes.to_vec(),
        ..Default::default()
    })
}

fn integer(inner: i64) -> Tag {
    Tag::Integer(Integer {
        inner,
        ..Default::default()
    })
}

fn enumerated(inner: i64) -> Tag {
    Tag::Enumerated(Enumerated {
        inner,
        ..Default::default()
    })
}

fn boolean(inner: bool) -> Tag {
    Tag::Boolean(Boolean {
        inner,
        ..Default::default()
    })
}

#[cfg(test)]
mod tests {
    use ldap3_proto::{
        LdapCodec, LdapFilter,
        proto::{LdapMsg, LdapOp, LdapSearchScope},
    };
    use tokio_util::codec::Decoder;

    use super::*;
    use crate::directory::{query::Scope, server};

    #[tokio::test]
    async fn request_is_understood_by_another_library() {
        let (sender, mut orders) = mpsc::channel(2);
        let bulk = Bulk::new(sender);
        let request = Request {
            base: "DC=corp,DC=test",
            scope: Scope::Subtree,
            filter: "(|(objectClass=computer)(objectCategory=group))",
            attributes: &["cn", "member"],
        };
        let controls = server::controls(&request, b"next".to_vec());
        let answers = bulk.ask(&request, controls).await.unwrap();
        bulk.abandon(answers).await;
        let search = decoded(orders.recv().await.unwrap());
        let LdapOp::SearchRequest(asked) = &search.op else {
            panic!("{search:?}");
        };
        assert_eq!(
            (asked.base.as_str(), &asked.scope),
            (request.base, &LdapSearchScope::Subtree)
        );
        assert_eq!(asked.attrs, request.attributes);
        assert!(matches!(&asked.filter, LdapFilter::Or(either) if either.len() == 2));
        assert_eq!(search.ctrl.len(), 2, "{:?}", search.ctrl);
        let abandoned = decoded(orders.recv().await.unwrap());
        assert!(matches!(abandoned.op, LdapOp::AbandonRequest(id) if id == search.msgid));
    }

    fn decoded(order: Order) -> LdapMsg {
        let mut bytes = BytesMut::from(&order.message[..]);
        LdapCodec::default().decode(&mut bytes).unwrap().unwrap()
    }

    #[test]
    fn nothing_follows_what_is_malformed() {
        let good = b"\x30\x05\x02\x01\x01\x79\x00";
        let bytes = [&good[..], b"\x30\x02\x04", good].concat();
        let whole: Vec<_> = each(&bytes).map(|answer| answer.is_some()).collect();
        assert_eq!(whole, [true, false]);
    }
}
