//! A domain controller on loopback that serves the entries of a text, well or badly.

use std::{
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use futures::{SinkExt, StreamExt};
use ldap3_proto::{
    LdapCodec, LdapMsg, LdapResultCode,
    control::LdapControl,
    proto::{
        LdapBindCred, LdapBindResponse, LdapExtendedRequest, LdapExtendedResponse, LdapOp,
        LdapPartialAttribute, LdapResult, LdapSearchRequest, LdapSearchResultEntry,
        LdapSearchResultReference,
    },
};
use tokio::{
    io::{AsyncRead, AsyncWrite, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::Notify,
    task::JoinSet,
};
use tokio_rustls::TlsAcceptor;
use tokio_util::codec::Framed;

use crate::entries::{Entry, entries};
pub use crate::stage::{Fault, Security, Stage};

/// The password that the server takes.
pub const PASSWORD: &str = "a secret";

/// The extended request that begins TLS (RFC 4511, 4.14).
pub const START_TLS: &str = "1.3.6.1.4.1.1466.20037";

/// Objects on one page, whatever is asked for.
const PAGE: usize = 3;

/// A running server; it ends when this is dropped.
pub struct Server {
    pub address: SocketAddr,
    pub seen: Arc<Seen>,
    _tasks: JoinSet<()>,
}

/// What a server has seen.
#[derive(Default)]
pub struct Seen {
    /// How many connections were made.
    pub connections: AtomicUsize,
    /// How many passwords came.
    pub passwords: AtomicUsize,
    /// A request came that it does not answer.
    pub left_waiting: Notify,
    /// Every request, and how it came.
    pub requests: Mutex<Vec<(Channel, LdapMsg)>>,
}

/// How a request came.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Channel {
    Clear,
    Tls,
}

#[derive(Clone)]
struct Controller {
    entries: Arc<Vec<Entry>>,
    stage: Arc<Stage>,
    seen: Arc<Seen>,
}

pub async fn serve(text: &str, fault: Fault, security: Security) -> Server {
    perform(Stage {
        fault,
        security,
        ..Stage::new(text)
    })
    .await
}

pub async fn perform(stage: Stage) -> Server {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    let controller = Controller {
        entries: Arc::new(entries(&stage.text)),
        stage: Arc::new(stage),
        seen: Arc::default(),
    };
    let seen = Arc::clone(&controller.seen);
    let mut tasks = JoinSet::new();
    tasks.spawn(async move {
        let mut conversations = JoinSet::new();
        while let Ok((stream, _)) = listener.accept().await {
            let controller = controller.clone();
            controller.seen.connections.fetch_add(1, Ordering::Relaxed);
            conversations.spawn(async move { controller.begin(stream).await });
        }
    });
    Server {
        address,
        seen,
        _tasks: tasks,
    }
}

fn result(code: LdapResultCode, text: &str) -> LdapResult {
    LdapResult {
        code,
        matcheddn: String::new(),
        message: text.to_owned(),
        referral: Vec::new(),
    }
}

/// A domain's distinguished name.
fn dn(domain: &str) -> String {
    let parts: Vec<_> = domain.split('.').map(|part| format!("DC={part}")).collect();
    parts.join(",")
}

impl Controller {
    async fn begin(self, stream: TcpStream) {
        match self.stage.security.clone() {
            Security::Clear => drop(self.converse(stream, Channel::Clear).await),
            Security::Ldaps(config) => {
                if let Ok(stream) = TlsAcceptor::from(config).accept(stream).await {
                    self.converse(stream, Channel::Tls).await;
                }
            }
            Security::StartTls(config) => {
                if let Some(stream) = self.converse(stream, Channel::Clear).await
                    && let Ok(stream) = TlsAcceptor::from(config).accept(stream).await
                {
                    self.converse(stream, Channel::Tls).await;
                }
            }
        }
    }

    /// Converses to the end, or until TLS is to begin on the stream.
    async fn converse<S>(&self, mut stream: S, channel: Channel) -> Option<S>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        match self.stage.fault {
            Fault::Silent => return std::future::pending().await,
            Fault::ClosesAtOnce => return None,
            Fault::NotLdap => {
                let _ = stream.write_all(b"\x04\x03abc").await;
                return std::future::pending().await;
            }
            _ => {}
        }
        let mut framed = Framed::new(stream, LdapCodec::default());
        while let Some(Ok(message)) = framed.next().await {
            let kept = (channel, message.clone());
            self.seen.requests.lock().unwrap().push(kept);
            if self.stage.fault == Fault::Slow {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            let agreed = self.agrees_to_tls(&message, channel);
            let answers = self.answers(message)?;
            if answers.is_empty() {
                self.seen.left_waiting.notify_one();
                return std::future::pending().await;
            }
            for answer in answers {
                framed.send(answer).await.ok()?;
            }
            if agreed {
                return Some(framed.into_inner());
            }
        }
        None
    }

    fn agrees_to_tls(&self, message: &LdapMsg, channel: Channel) -> bool {
        let asked = matches!(&message.op, LdapOp::ExtendedRequest(LdapExtendedRequest { name, .. }) if name == START_TLS);
        let able = matches!(self.stage.security, Security::StartTls(_));
        asked && able && channel == Channel::Clear
    }

    /// What is said to a message; nothing at all ends the connection, no answers keep it silent.
    fn answers(&self, message: LdapMsg) -> Option<Vec<LdapMsg>> {
        let id = message.msgid;
        match message.op {
            LdapOp::BindRequest(request) => {
                self.seen.passwords.fetch_add(1, Ordering::Relaxed);
                let good = matches!(&request.cred, LdapBindCred::Simple(word) if word == PASSWORD);
                let res = match &self.stage.fault {
                    Fault::Bind(code, text) => result(code.clone(), text),
                    _ if good => result(LdapResultCode::Success, ""),
                    _ => result(LdapResultCode::InvalidCredentials, "error, data 52e, v4f7c"),
                };
                let response = LdapBindResponse {
                    res,
                    saslcreds: None,
                };
                Some(vec![LdapMsg::new(id, LdapOp::BindResponse(response))])
            }
            LdapOp::SearchRequest(request) if request.base.is_empty() => {
                let root = if request.attrs == ["Netlogon"] {
                    entry(id, "", self.netlogon())
                } else {
                    self.root(id)
                };
                Some(vec![root, done(id, LdapResultCode::Success)])
            }
            LdapOp::SearchRequest(request) => self.search(id, &request, &message.ctrl),
            LdapOp::ExtendedRequest(_) => {
                let res = match self.stage.security {
                    Security::StartTls(_) => result(LdapResultCode::Success, ""),
                    _ => result(LdapResultCode::Unavailable, "Error initializing SSL/TLS"),
                };
                let response = LdapExtendedResponse {
                    res,
                    name: None,
                    value: None,
                };
                Some(vec![LdapMsg::new(id, LdapOp::ExtendedResponse(response))])
            }
            _ => None,
        }
    }

    fn root(&self, id: i32) -> LdapMsg {
        let own = dn(self.stage.domain);
        let root = match self.stage.fault {
            Fault::OtherForest => "DC=foreign,DC=test",
            _ => "DC=corp,DC=test",
        };
        let configuration = format!("CN=Configuration,{root}");
        let schema = format!("CN=Schema,{configuration}");
        let mut attributes = vec![
            ("defaultNamingContext", own.as_str()),
            ("configurationNamingContext", &configuration),
            ("schemaNamingContext", &schema),
            ("rootDomainNamingContext", root),
            ("namingContexts", &own),
            ("dnsHostName", self.stage.host),
            ("forestFunctionality", "7"),
            ("domainControllerFunctionality", "7"),
            ("currentTime", "20261123000002.0Z"),
        ];
        match self.stage.fault {
            Fault::OtherDirectory => attributes = vec![("namingContexts", "dc=corp,dc=test")],
            Fault::ReadOnly => {
                attributes.push(("supportedCapabilities", "1.2.840.113556.1.4.1920"));
            }
            _ => {}
        }
        let attributes = attributes.iter().map(|(name, value)| LdapPartialAttribute {
            atype: (*name).to_owned(),
            vals: vec![value.as_bytes().to_vec()],
        });
        entry(id, "", attributes.collect())
    }

    /// The answer to an LDAP ping (MS-ADTS 6.3.1.9): seven names, then the site of whoever asks.
    fn netlogon(&self) -> Vec<LdapPartialAttribute> {
        let Some(site) = self.stage.site else {
            return Vec::new();
        };
        let mut record = vec![23, 0, 0, 0];
        record.resize(24, 0);
        record.extend([0; 7]);
        record.push(u8::try_from(site.len()).unwrap());
        record.extend(site.as_bytes());
        record.push(0);
        vec![LdapPartialAttribute {
            atype: "Netlogon".to_owned(),
            vals: vec![record],
        }]
    }

    fn search(
        &self,
        id: i32,
        request: &LdapSearchRequest,
        controls: &[LdapControl],
    ) -> Option<Vec<LdapMsg>> {
        if self.stage.fault == Fault::SilentAfterBind {
            return Some(Vec::new());
        }
        let configuration = request.base.contains("CN=Configuration");
        if self.stage.fault == Fault::ConfigurationDenied && configuration {
            return Some(vec![done(id, LdapResultCode::InsufficentAccessRights)]);
        }
        let exists = |entry: &Entry| entry.dn.eq_ignore_ascii_case(&request.base);
        if !self.entries.iter().any(exists) {
            return Some(vec![done(id, LdapResultCode::NoSuchObject)]);
        }
        let begin = page_begin(controls);
        let found: Vec<_> = self
            .entries
            .iter()
            .filter(|entry| entry.wanted(request))
            .collect();
        let page = found.iter().skip(begin).take(PAGE);
        let mut answers: Vec<_> = page
            .map(|found| entry(id, &found.dn, self.shown(found, request)))
            .collect();
        let objects = request.attrs.iter().any(|name| name == "proxyAddresses");
        if objects && begin > 0 {
            match &self.stage.fault {
                Fault::ObjectsEnd(code) => return Some(vec![done(id, code.clone())]),
                Fault::ObjectsSilent => return Some(Vec::new()),
                Fault::ObjectsCut => return None,
                Fault::ObjectsReferred => {
                    let uris = vec![self.stage.elsewhere.clone()];
                    let elsewhere = LdapSearchResultReference { uris };
                    answers.push(LdapMsg::new(id, LdapOp::SearchResultReference(elsewhere)));
                }
                _ => {}
            }
        }
        let end = begin + PAGE;
        let cookie = if end < found.len() {
            end.to_string().into_bytes()
        } else {
            Vec::new()
        };
        let control = match self.stage.fault {
            Fault::ObjectsBadCookie if objects => LdapControl::Unknown {
                oid: "1.2.840.113556.1.4.319".to_owned(),
                criticality: false,
                value: Some(b"junk".to_vec()),
            },
            _ => LdapControl::SimplePagedResults { size: 0, cookie },
        };
        let last = LdapOp::SearchResultDone(result(LdapResultCode::Success, ""));
        answers.push(LdapMsg::new_with_ctrls(id, last, vec![control]));
        Some(answers)
    }

    fn shown(&self, found: &Entry, request: &LdapSearchRequest) -> Vec<LdapPartialAttribute> {
        let mut attributes = found.asked(request);
        attributes.retain(|attribute| match self.stage.fault {
            Fault::ClassesHidden => attribute.atype != "objectClass",
            Fault::OneAccountHidden => {
                !found.dn.starts_with("CN=Ann") || attribute.atype != "userAccountControl"
            }
            _ => true,
        });
        attributes
    }
}

/// Where the page begins that is asked for.
fn page_begin(controls: &[LdapControl]) -> usize {
    let begin = controls.iter().find_map(|control| match control {
        LdapControl::SimplePagedResults { cookie, .. } => str::from_utf8(cookie).ok()?.parse().ok(),
        _ => None,
    });
    begin.unwrap_or(0)
}

fn entry(id: i32, dn: &str, attributes: Vec<LdapPartialAttribute>) -> LdapMsg {
    let entry = LdapSearchResultEntry {
        dn: dn.to_owned(),
        attributes,
    };
    LdapMsg::new(id, LdapOp::SearchResultEntry(entry))
}

fn done(id: i32, code: LdapResultCode) -> LdapMsg {
    LdapMsg::new(id, LdapOp::SearchResultDone(result(code, "")))
}
