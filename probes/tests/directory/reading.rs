//! Reading objects in bulk: values of every kind, attributes in parts, and servers that fail on the way.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use futures::{SinkExt, StreamExt};
use ldap3_proto::{
    LdapCodec, LdapMsg, LdapResultCode as Code,
    control::LdapControl,
    proto::{
        LdapBindResponse, LdapOp, LdapPartialAttribute, LdapResult, LdapSearchRequest,
        LdapSearchResultEntry, LdapSearchScope,
    },
};
use serde_json::json;
use tokio::{
    io::AsyncWriteExt,
    net::{TcpListener, TcpStream},
    task::JoinSet,
};
use tokio_util::codec::Framed;

use crate::{Read, read, wire};

/// Objects on a page.
const PAGE: usize = 3;

/// Values of an attribute that come at once.
const RANGE: usize = 4;

/// An object: its name and its attributes.
pub type Object = (String, Vec<(&'static str, Vec<Vec<u8>>)>);

/// What goes wrong with the search for objects, when this many objects have come.
#[derive(Debug, Clone, Copy)]
pub enum Trouble {
    None,
    /// The first page is these bytes, made for the number of the search; nothing follows.
    Bytes(fn(i32) -> Vec<u8>),
    /// The connection is cut.
    Cut(usize),
    /// The page stops coming in its middle.
    Stall(usize),
    /// The cookie of the next page is not known any more.
    Forget(usize),
    /// The server knows nothing of pages, and ends at its limit.
    Unpaged(usize),
    /// The first page comes again and again.
    Circle,
}

/// A server of these objects; it has one trouble after another, one for each connection on which
/// objects are asked for, and none after the last.
#[derive(Clone)]
struct Server {
    objects: Arc<Vec<Object>>,
    troubles: Vec<Trouble>,
    connections: Arc<AtomicUsize>,
}

fn object(number: u8) -> Object {
    let guid = format!("0123456789abcd{number:02}").into_bytes();
    let text = |value: &str| vec![value.as_bytes().to_vec()];
    let attributes = vec![
        ("objectClass", vec![b"top".to_vec(), b"user".to_vec()]),
        ("objectGUID", vec![guid]),
        ("userAccountControl", text("512")),
        ("sAMAccountName", text(&format!("u{number}"))),
    ];
    (format!("CN=u{number},DC=corp,DC=test"), attributes)
}

pub fn objects(count: u8) -> Vec<Object> {
    (0..count).map(object).collect()
}

pub async fn serve(objects: Vec<Object>, troubles: &[Trouble]) -> Read {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    let server = Server {
        objects: Arc::new(objects),
        troubles: troubles.to_vec(),
        connections: Arc::default(),
    };
    let mut tasks = JoinSet::new();
    tasks.spawn(async move {
        let mut conversations = JoinSet::new();
        while let Ok((stream, _)) = listener.accept().await {
            conversations.spawn(server.clone().converse(stream));
        }
    });
    read(wire::settings(&[format!("ldap://{address}")])).await
}

impl Server {
    async fn converse(self, stream: TcpStream) {
        let mut framed = Framed::new(stream, LdapCodec::default());
        let mut trouble = None;
        while let Some(Ok(message)) = framed.next().await {
            let id = message.msgid;
            let answers = match message.op {
                LdapOp::BindRequest(_) => {
                    let response = LdapBindResponse {
                        res: result(Code::Success),
                        saslcreds: None,
                    };
                    vec![LdapOp::BindResponse(response).into_message(id)]
                }
                LdapOp::SearchRequest(request) if request.base.is_empty() => {
                    vec![root(id), done(id, Code::Success)]
                }
                LdapOp::SearchRequest(request) if is_for_objects(&request) => {
                    let trouble = *trouble.get_or_insert_with(|| self.next_trouble());
                    if let Trouble::Bytes(bytes) = trouble {
                        let _ = framed.get_mut().write_all(&bytes(id)).await;
                        continue;
                    }
                    let begin = page_begin(&message.ctrl);
                    let (answers, ends) = self.page(id, begin, trouble);
                    for answer in answers {
                        let _ = framed.send(answer).await;
                    }
                    match ends {
                        Some(Trouble::Cut(_)) => return,
                        Some(_) => return std::future::pending().await,
                        None => continue,
                    }
                }
                LdapOp::SearchRequest(request) => self.part(id, &request),
                LdapOp::AbandonRequest(_) => continue,
                _ => return,
            };
            for answer in answers {
                let _ = framed.send(answer).await;
            }
        }
    }

    fn next_trouble(&self) -> Trouble {
        let connection = self.connections.fetch_add(1, Ordering::Relaxed);
        let trouble = self.troubles.get(connection).copied();
        trouble.unwrap_or(Trouble::None)
    }

    /// A page, and the trouble that ends it.
    fn page(&self, id: i32, begin: usize, trouble: Trouble) -> (Vec<LdapMsg>, Option<Trouble>) {
        let end = (begin + PAGE).min(self.objects.len());
        let mut answers: Vec<_> = self.objects[begin..end]
            .iter()
            .map(|(dn, attributes)| entry(id, dn, attributes.iter().flat_map(parts).collect()))
            .collect();
        match trouble {
            Trouble::Cut(at) | Trouble::Stall(at) if at < end => {
                answers.truncate(at.saturating_sub(begin));
                return (answers, Some(trouble));
            }
            Trouble::Forget(at) if at <= begin => {
                return (vec![done(id, Code::UnwillingToPerform)], None);
            }
            Trouble::Unpaged(at) => {
                answers.truncate(at);
                answers.push(done(id, Code::SizeLimitExceeded));
                return (answers, None);
            }
            _ => {}
        }
        let cookie = match trouble {
            Trouble::Circle => b"0".to_vec(),
            _ if end < self.objects.len() => end.to_string().into_bytes(),
            _ => Vec::new(),
        };
        let paged = LdapControl::SimplePagedResults { size: 0, cookie };
        let last = LdapOp::SearchResultDone(result(Code::Success));
        answers.push(LdapMsg::new_with_ctrls(id, last, vec![paged]));
        (answers, None)
    }

    /// The part of an attribute that is asked for by its range; for anything else there is nothing.
    fn part(&self, id: i32, request: &LdapSearchRequest) -> Vec<LdapMsg> {
        let asked = request.attrs.first().cloned().unwrap_or_default();
        let object = self.objects.iter().find(|(dn, _)| *dn == request.base);
        let Some(((dn, attributes), (name, range))) = object.zip(asked.split_once(";range="))
        else {
            return vec![done(id, Code::NoSuchObject)];
        };
        let from: usize = range.trim_end_matches("-*").parse().unwrap();
        let held = attributes.iter().find(|(held, _)| *held == name).unwrap();
        let part = in_part(name, &held.1, from);
        vec![entry(id, dn, vec![part]), done(id, Code::Success)]
    }
}

/// An attribute as a domain controller gives it: in part, beside its plain name without values, if it
/// has many.
fn parts((name, values): &(&'static str, Vec<Vec<u8>>)) -> Vec<LdapPartialAttribute> {
    let plain = |vals| LdapPartialAttribute {
        atype: (*name).to_owned(),
        vals,
    };
    match values.len() > RANGE {
        false => vec![plain(values.clone())],
        true => vec![plain(Vec::new()), in_part(name, values, 0)],
    }
}

fn in_part(name: &str, values: &[Vec<u8>], from: usize) -> LdapPartialAttribute {
    let end = (from + RANGE).min(values.len());
    let last = match end == values.len() {
        true => "*".to_owned(),
        false => (end - 1).to_string(),
    };
    LdapPartialAttribute {
        atype: format!("{name};range={from}-{last}"),
        vals: values[from..end].to_vec(),
    }
}

fn is_for_objects(request: &LdapSearchRequest) -> bool {
    request.attrs.iter().any(|name| name == "proxyAddresses")
        && request.scope == LdapSearchScope::Subtree
}

fn page_begin(controls: &[LdapControl]) -> usize {
    let begin = controls.iter().find_map(|control| match control {
        LdapControl::SimplePagedResults { cookie, .. } => str::from_utf8(cookie).ok()?.parse().ok(),
        _ => None,
    });
    begin.unwrap_or(0)
}

fn root(id: i32) -> LdapMsg {
    let attributes = [
        ("defaultNamingContext", "DC=corp,DC=test"),
        (
            "configurationNamingContext",
            "CN=Configuration,DC=corp,DC=test",
        ),
        (
            "schemaNamingContext",
            "CN=Schema,CN=Configuration,DC=corp,DC=test",
        ),
    ];
    let attributes = attributes.map(|(name, value)| LdapPartialAttribute {
        atype: name.to_owned(),
        vals: vec![value.as_bytes().to_vec()],
    });
    entry(id, "", attributes.into())
}

fn entry(id: i32, dn: &str, attributes: Vec<LdapPartialAttribute>) -> LdapMsg {
    let entry = LdapSearchResultEntry {
        dn: dn.to_owned(),
        attributes,
    };
    LdapMsg::new(id, LdapOp::SearchResultEntry(entry))
}

fn done(id: i32, code: Code) -> LdapMsg {
    LdapMsg::new(id, LdapOp::SearchResultDone(result(code)))
}

fn result(code: Code) -> LdapResult {
    LdapResult {
        code,
        matcheddn: String::new(),
        message: String::new(),
        referral: Vec::new(),
    }
}

trait IntoMessage {
    fn into_message(self, id: i32) -> LdapMsg;
}

impl IntoMessage for LdapOp {
    fn into_message(self, id: i32) -> LdapMsg {
        LdapMsg::new(id, self)
    }
}

/// The account names of the objects that came, in their order.
fn accounts(read: &Read) -> Vec<String> {
    let mut accounts: Vec<_> = read
        .objects
        .iter()
        .map(|object| object.sam_account_name.clone().unwrap())
        .collect();
    accounts.sort();
    accounts
}

#[tokio::test]
async fn attributes_that_come_in_parts_are_read_to_their_end() {
    let many = |count: usize| -> Vec<Vec<u8>> {
        (0..count)
            .map(|n| format!("smtp:a{n}@corp.test").into_bytes())
            .collect()
    };
    for count in [1, RANGE, RANGE + 1, 2 * RANGE, 5 * RANGE + 3] {
        let mut group = object(1);
        group.1[0].1 = vec![b"top".to_vec(), b"group".to_vec()];
        group.1.push(("member", many(count)));
        group.1.push(("proxyAddresses", many(count + 1)));
        let read = serve(vec![object(0), group, object(2)], &[]).await;
        assert_eq!(read.fact("objects_read"), json!(3), "{count}");
        let group = &read.objects[1];
        assert_eq!(group.members, count as u64);
        let addresses: Vec<_> = many(count + 1)
            .into_iter()
            .map(|value| String::from_utf8(value).unwrap())
            .collect();
        assert_eq!(group.proxy_addresses, addresses, "{count}");
    }
}

#[tokio::test]
async fn values_of_every_kind_are_carried_or_cut_and_said_so() {
    let mut odd = object(0);
    odd.0 = "CN=Doe\\, Jane\\0ACNF:1-2,OU=a\\+b,DC=corp,DC=test".to_owned();
    odd.1.push(("displayName", vec![b"a\0b".to_vec()]));
    odd.1.push(("mail", vec![b"\xFF\xFEx".to_vec()]));
    odd.1.push(("givenName", vec![vec![b'x'; 1 << 20]]));
    odd.1.push(("sn", vec![Vec::new()]));
    odd.1.push(("pwdLastSet", vec![b"never".to_vec()]));
    odd.1.push(("primaryGroupID", vec![b"-1".to_vec()]));
    let read = serve(vec![odd, object(1)], &[]).await;
    assert_eq!(read.fact("objects_read"), json!(2));
    let odd = &read.objects[0];
    assert!(odd.dn.contains("\\0ACNF:") && odd.dn.contains("Doe\\, Jane"));
    assert_eq!(odd.display_name.as_deref(), Some("a\0b"));
    assert_eq!(odd.mail.as_deref(), Some("\u{FFFD}\u{FFFD}x"));
    let long = odd.given_name.as_ref().unwrap();
    assert!(long.len() < 10_000 && long.ends_with("(1048576 bytes)"));
    assert_eq!(odd.surname.as_deref(), Some(""));
    assert_eq!((odd.password_last_set_s, odd.primary_group), (None, None));
}

#[tokio::test]
async fn lost_search_is_taken_up_again_and_no_object_comes_twice_or_is_lost() {
    let all: Vec<_> = (0..8).map(|n| format!("u{n}")).collect();
    for trouble in [
        Trouble::Cut(3),
        Trouble::Cut(4),
        Trouble::Cut(7),
        Trouble::Forget(3),
        Trouble::Stall(5),
    ] {
        let read = serve(objects(8), &[trouble]).await;
        assert_eq!(read.fact("objects_read"), json!(8), "{trouble:?}");
        assert_eq!(accounts(&read), all, "{trouble:?}");
        let again = read.notes.iter().any(|note| note.contains("opened again"));
        assert!(again, "{trouble:?}: {:?}", read.notes);
    }
}

#[tokio::test]
async fn search_that_is_lost_twice_says_how_far_it_got() {
    let cases = [
        (Trouble::Cut(4), "unreachable"),
        (Trouble::Forget(3), "unreachable"),
        (Trouble::Stall(4), "timed-out"),
    ];
    for (trouble, reason) in cases {
        let read = serve(objects(8), &[trouble, trouble]).await;
        assert_eq!(read.fact("objects_read"), json!(reason), "{trouble:?}");
        assert_eq!(read.fact("counts.users"), json!(reason), "{trouble:?}");
        let far = |note: &String| note.contains("not read to their end") && note.contains(" came");
        assert!(read.notes.iter().any(far), "{:?}", read.notes);
        read.assert_remedies("lost twice");
    }
}

/// Without a GUID an object could not be known again.
#[tokio::test]
async fn objects_without_a_guid_are_not_read_twice() {
    let mut objects = objects(8);
    objects[1].1.remove(1);
    let read = serve(objects, &[Trouble::Cut(4)]).await;
    assert_eq!(read.fact("objects_read"), json!("unreachable"));
    assert_eq!(read.objects.len(), 3);
}

#[tokio::test]
async fn limit_without_pages_is_no_whole_directory() {
    let read = serve(objects(8), &[Trouble::Unpaged(2)]).await;
    assert_eq!(read.fact("objects_read"), json!("denied"));
    assert!(read.detail("objects_read").contains("limit"));
    read.assert_remedies("unpaged");
}

#[tokio::test]
async fn pages_that_never_end_are_left() {
    let read = serve(objects(8), &[Trouble::Circle]).await;
    assert_eq!(read.fact("objects_read"), json!("malformed"));
    assert_eq!(read.objects.len(), 3);
}
