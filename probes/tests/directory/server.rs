//! A domain controller on loopback that serves the entries of a text, well or badly.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use futures::{SinkExt, StreamExt};
use ldap3_proto::{
    LdapCodec, LdapMsg, LdapResultCode,
    control::LdapControl,
    proto::{
        LdapBindCred, LdapBindResponse, LdapExtendedResponse, LdapOp, LdapPartialAttribute,
        LdapResult, LdapSearchRequest, LdapSearchResultEntry, LdapSearchResultReference,
    },
};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::pki_types::CertificateDer;
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::Notify,
    task::JoinSet,
};
use tokio_rustls::TlsAcceptor;
use tokio_util::codec::Framed;

use crate::entries::{Entry, entries};

/// The password that the server takes.
pub const PASSWORD: &str = "a secret";

/// Objects on one page, whatever is asked for.
const PAGE: usize = 3;

/// What goes wrong. What concerns objects happens from their second page on.
#[derive(Debug, Clone, PartialEq)]
pub enum Fault {
    None,
    /// Every answer takes a while.
    Slow,
    /// Nothing is said, not even to a bind.
    Silent,
    /// Nothing is said after the bind.
    SilentAfterBind,
    /// What is said is not LDAP.
    NotLdap,
    /// The bind is answered with this result and text.
    Bind(LdapResultCode, &'static str),
    /// The search for objects ends with this result.
    ObjectsEnd(LdapResultCode),
    /// The search for objects goes silent.
    ObjectsSilent,
    /// The connection is cut.
    ObjectsCut,
    /// The rest is said to be elsewhere.
    ObjectsReferred,
    /// The control that names the next page cannot be read.
    ObjectsBadCookie,
    /// Classes may not be seen.
    ClassesHidden,
    /// The state of one account may not be seen.
    OneAccountHidden,
    /// The configuration may not be read.
    ConfigurationDenied,
    /// It is no domain controller.
    OtherDirectory,
    /// Its controller is read-only.
    ReadOnly,
}

/// How connections begin.
#[derive(Clone)]
pub enum Security {
    Clear,
    Ldaps(Arc<rustls::ServerConfig>),
    StartTls(Arc<rustls::ServerConfig>),
}

/// A running server; it ends when this is dropped.
pub struct Server {
    pub address: SocketAddr,
    pub seen: Arc<Seen>,
    _tasks: JoinSet<()>,
}

/// What a server has seen.
#[derive(Default)]
pub struct Seen {
    /// How many passwords came.
    pub passwords: AtomicUsize,
    /// A request came that it does not answer.
    pub left_waiting: Notify,
}

#[derive(Clone)]
struct Controller {
    entries: Arc<Vec<Entry>>,
    fault: Fault,
    seen: Arc<Seen>,
}

pub async fn serve(text: &str, fault: Fault, security: Security) -> Server {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    let controller = Controller {
        entries: Arc::new(entries(text)),
        fault,
        seen: Arc::default(),
    };
    let seen = Arc::clone(&controller.seen);
    let mut tasks = JoinSet::new();
    tasks.spawn(async move {
        let mut conversations = JoinSet::new();
        while let Ok((stream, _)) = listener.accept().await {
            let (controller, security) = (controller.clone(), security.clone());
            conversations.spawn(async move { controller.begin(stream, security).await });
        }
    });
    Server {
        address,
        seen,
        _tasks: tasks,
    }
}

/// A server certificate for loopback, and the authority that issued it.
pub fn certificate() -> (Arc<rustls::ServerConfig>, CertificateDer<'static>) {
    let mut authority = CertificateParams::new(Vec::new()).unwrap();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(authority, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let names = vec!["127.0.0.1".to_owned(), "localhost".to_owned()];
    let own = CertificateParams::new(names).unwrap();
    let own = own.signed_by(&key, &authority).unwrap();
    let config = rustls::ServerConfig::builder_with_provider(waterline_probes::tls::provider())
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![own.der().clone()], key.into())
        .unwrap();
    (Arc::new(config), authority.der().clone())
}

fn result(code: LdapResultCode, text: &str) -> LdapResult {
    LdapResult {
        code,
        matcheddn: String::new(),
        message: text.to_owned(),
        referral: Vec::new(),
    }
}

impl Controller {
    async fn begin(self, mut stream: TcpStream, security: Security) {
        match security {
            Security::Clear => self.converse(stream).await,
            Security::Ldaps(config) => {
                if let Ok(stream) = TlsAcceptor::from(config).accept(stream).await {
                    self.converse(stream).await;
                }
            }
            Security::StartTls(config) => {
                // The root DSE is asked for without TLS, on a connection of its own.
                let mut first = [0; 9];
                if stream.peek(&mut first).await.unwrap() < 9 || first[5] != 0x77 {
                    return self.converse(stream).await;
                }
                let mut request = [0; 64];
                let _ = stream.read(&mut request).await;
                let mut framed = Framed::new(stream, LdapCodec::default());
                let agreed = LdapExtendedResponse {
                    res: result(LdapResultCode::Success, ""),
                    name: None,
                    value: None,
                };
                let answer = LdapMsg::new(i32::from(first[4]), LdapOp::ExtendedResponse(agreed));
                framed.send(answer).await.unwrap();
                let accepted = TlsAcceptor::from(config).accept(framed.into_inner()).await;
                if let Ok(stream) = accepted {
                    self.converse(stream).await;
                }
            }
        }
    }

    async fn converse(self, mut stream: impl AsyncRead + AsyncWrite + Unpin) {
        match self.fault {
            Fault::Silent => return std::future::pending().await,
            Fault::NotLdap => {
                let _ = stream.write_all(b"\x04\x03abc").await;
                return std::future::pending().await;
            }
            _ => {}
        }
        let mut framed = Framed::new(stream, LdapCodec::default());
        while let Some(Ok(message)) = framed.next().await {
            if self.fault == Fault::Slow {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            let Some(answers) = self.answers(message) else {
                return;
            };
            if answers.is_empty() {
                self.seen.left_waiting.notify_one();
                return std::future::pending().await;
            }
            for answer in answers {
                if framed.send(answer).await.is_err() {
                    return;
                }
            }
        }
    }

    /// What is said to a message; nothing at all ends the connection, no answers keep it silent.
    fn answers(&self, message: LdapMsg) -> Option<Vec<LdapMsg>> {
        let id = message.msgid;
        match message.op {
            LdapOp::BindRequest(request) => {
                self.seen.passwords.fetch_add(1, Ordering::Relaxed);
                let good = matches!(&request.cred, LdapBindCred::Simple(word) if word == PASSWORD);
                let res = match &self.fault {
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
                Some(vec![self.root(id), done(id, LdapResultCode::Success)])
            }
            LdapOp::SearchRequest(request) => self.search(id, &request, &message.ctrl),
            LdapOp::ExtendedRequest(_) => {
                let response = LdapExtendedResponse {
                    res: result(LdapResultCode::Unavailable, "Error initializing SSL/TLS"),
                    name: None,
                    value: None,
                };
                Some(vec![LdapMsg::new(id, LdapOp::ExtendedResponse(response))])
            }
            _ => None,
        }
    }

    fn root(&self, id: i32) -> LdapMsg {
        let mut attributes = vec![
            ("defaultNamingContext", "DC=corp,DC=test"),
            (
                "configurationNamingContext",
                "CN=Configuration,DC=corp,DC=test",
            ),
            (
                "schemaNamingContext",
                "CN=Schema,CN=Configuration,DC=corp,DC=test",
            ),
            ("rootDomainNamingContext", "DC=corp,DC=test"),
            ("namingContexts", "DC=corp,DC=test"),
            ("dnsHostName", "DC1.corp.test"),
            ("forestFunctionality", "7"),
            ("domainControllerFunctionality", "7"),
            ("currentTime", "20261123000002.0Z"),
        ];
        match self.fault {
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

    fn search(
        &self,
        id: i32,
        request: &LdapSearchRequest,
        controls: &[LdapControl],
    ) -> Option<Vec<LdapMsg>> {
        if self.fault == Fault::SilentAfterBind {
            return Some(Vec::new());
        }
        let configuration = request.base.contains("CN=Configuration");
        if self.fault == Fault::ConfigurationDenied && configuration {
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
            match &self.fault {
                Fault::ObjectsEnd(code) => return Some(vec![done(id, code.clone())]),
                Fault::ObjectsSilent => return Some(Vec::new()),
                Fault::ObjectsCut => return None,
                Fault::ObjectsReferred => {
                    let uris = vec!["ldap://other.test/DC=corp,DC=test".to_owned()];
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
        let control = match self.fault {
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
        attributes.retain(|attribute| match self.fault {
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
