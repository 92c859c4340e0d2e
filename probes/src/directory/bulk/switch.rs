//! Stands between a server and the LDAP library, and takes out the answers to searches in bulk.
//!
//! The library makes a tree of every message and copies it, which costs more than all that is done
//! with an object afterwards. So searches in bulk have numbers of their own range; what answers them
//! is handed on as it came, many messages at once, and everything else goes to the library. Only
//! whole and sound messages of bounded length get past here, so that no server can make the library
//! wait for one without end or recurse without bound.

use std::io;

use bytes::{Bytes, BytesMut};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::mpsc,
};
use tokio_util::task::AbortOnDropHandle;

use super::ber::{Malformed, frame, is_sound};

/// The number from which on searches are ours; the library counts up from 1.
pub(super) const FIRST_OWN: u32 = 1 << 30;

/// Octets for which there is room before something is read.
const ROOM: usize = 64 * 1024;

/// What came together and is not worked on yet, at most.
const WAITING: usize = 4;

/// A connection on which bytes are neither sealed nor encrypted any more.
pub trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}

/// Whole messages as they came, or why no more will come.
pub type Messages = io::Result<Bytes>;

/// Something to be sent.
pub struct Order {
    /// One whole message.
    pub message: Bytes,
    /// Its number, and where its answers go; the answers to whatever was asked before are dropped from
    /// now on.
    pub answers: Option<(u32, mpsc::Sender<Messages>)>,
}

/// The far end of a conversation.
pub struct Opened {
    /// The end to which the library speaks LDAP.
    pub plain: TcpStream,
    /// Where searches in bulk are asked for.
    pub orders: mpsc::Sender<Order>,
    /// Carries it all, until this is dropped or one side ends.
    pub carrier: AbortOnDropHandle<()>,
}

/// Room for the answers to one request.
pub(super) fn answers() -> (mpsc::Sender<Messages>, mpsc::Receiver<Messages>) {
    mpsc::channel(WAITING)
}

/// Puts a switch on a connection.
///
/// # Errors
/// If this machine gives no loopback sockets.
pub async fn open(server: Box<dyn Stream>) -> io::Result<Opened> {
    let (plain, library) = pair().await?;
    let (orders, ordered) = mpsc::channel(1);
    let mut switch = Switch {
        server,
        library,
        ordered,
        open: None,
    };
    let carrier = tokio::spawn(async move {
        let Err(error) = switch.carry().await else {
            return;
        };
        tracing::debug!(%error, "an LDAP connection ended");
        if let Some((_, answers)) = switch.open.take() {
            let _ = answers.send(Err(error)).await;
        }
    });
    Ok(Opened {
        plain,
        orders,
        carrier: AbortOnDropHandle::new(carrier),
    })
}

struct Switch {
    server: Box<dyn Stream>,
    library: TcpStream,
    ordered: mpsc::Receiver<Order>,
    /// The search in bulk that is being answered.
    open: Option<(u32, mpsc::Sender<Messages>)>,
}

impl Switch {
    /// Carries messages both ways until either side ends.
    async fn carry(&mut self) -> io::Result<()> {
        let (mut answers, mut requests) = (BytesMut::new(), BytesMut::new());
        loop {
            answers.reserve(ROOM);
            tokio::select! {
                read = self.server.read_buf(&mut answers) => {
                    if read? == 0 {
                        return self.library.shutdown().await;
                    }
                    self.sort(&mut answers).await?;
                }
                read = self.library.read_buf(&mut requests) => {
                    if read? == 0 {
                        return self.server.shutdown().await;
                    }
                    while let Some((_, run)) = next_run(&mut requests)? {
                        self.send(&run).await?;
                    }
                }
                Some(order) = self.ordered.recv() => {
                    if order.answers.is_some() {
                        self.open = order.answers;
                    }
                    self.send(&order.message).await?;
                }
            }
        }
    }

    async fn send(&mut self, message: &[u8]) -> io::Result<()> {
        self.server.write_all(message).await?;
        self.server.flush().await
    }

    /// Hands on every whole message of what has come.
    async fn sort(&mut self, came: &mut BytesMut) -> io::Result<()> {
        while let Some((id, run)) = next_run(came)? {
            if id < FIRST_OWN {
                self.pass_on(&run).await?;
                continue;
            }
            // What nobody waits for any more is dropped.
            let open = self.open.as_ref().filter(|(own, _)| *own == id);
            let Some((_, answers)) = open else { continue };
            if answers.send(Ok(run)).await.is_err() {
                self.open = None;
            }
        }
        Ok(())
    }

    /// Gives the library what is its own.
    async fn pass_on(&mut self, run: &[u8]) -> io::Result<()> {
        match is_sound(run) {
            true => self.library.write_all(run).await,
            false => Err(no_ldap(Malformed)),
        }
    }
}

/// Takes off the messages with which bytes begin and that have the same number; nothing while none
/// is whole.
fn next_run(bytes: &mut BytesMut) -> io::Result<Option<(u32, Bytes)>> {
    let Some(first) = frame(bytes).map_err(no_ldap)? else {
        return Ok(None);
    };
    let mut end = first.length;
    // What is malformed further on is told when it is its turn.
    while let Ok(Some(next)) = frame(&bytes[end..])
        && next.id == first.id
    {
        end += next.length;
    }
    Ok(Some((first.id, bytes.split_to(end).freeze())))
}

/// What came is not LDAP.
pub(super) fn no_ldap(_: Malformed) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "what came is no LDAP message")
}

/// Two connected sockets on the loopback interface, and nobody else's.
async fn pair() -> io::Result<(TcpStream, TcpStream)> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    let near = TcpStream::connect(listener.local_addr()?).await?;
    loop {
        let (far, peer) = listener.accept().await?;
        if peer == near.local_addr()? {
            near.set_nodelay(true)?;
            far.set_nodelay(true)?;
            return Ok((near, far));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::io::{DuplexStream, duplex};

    use super::{super::ber::LONGEST, *};

    /// A message of this number: an entry, or something else of the same length.
    fn message(id: u32, op: u8, contents: &[u8]) -> Vec<u8> {
        let length = |contents: &[u8]| u32::try_from(contents.len()).unwrap().to_be_bytes();
        let op = [&[op, 0x84][..], &length(contents), contents].concat();
        let inside = [&[0x02, 4][..], &id.to_be_bytes(), &op].concat();
        [&[0x30, 0x84][..], &length(&inside), &inside].concat()
    }

    /// A switch, the server's end of its connection, and where answers to the first own number come,
    /// for which the server was asked.
    async fn opened(held: usize) -> (Opened, DuplexStream, mpsc::Receiver<Messages>) {
        let (server, mut far) = duplex(held);
        let opened = open(Box::new(server)).await.unwrap();
        let (sender, came) = answers();
        let mut asked = message(FIRST_OWN, 0x63, b"");
        let order = Order {
            message: asked.clone().into(),
            answers: Some((FIRST_OWN, sender)),
        };
        opened.orders.send(order).await.unwrap();
        far.read_exact(&mut asked).await.unwrap();
        (opened, far, came)
    }

    /// All that comes until the end, or until something fails.
    async fn all(mut came: mpsc::Receiver<Messages>) -> (Vec<u8>, Option<io::ErrorKind>) {
        let mut all = Vec::new();
        while let Some(messages) = came.recv().await {
            match messages {
                Ok(messages) => all.extend(messages),
                Err(error) => return (all, Some(error.kind())),
            }
        }
        (all, None)
    }

    /// What comes to the search and what to the library if the server sends this, cut in such parts.
    async fn sorted(sent: Vec<u8>, part: usize) -> (Vec<u8>, Vec<u8>) {
        let (mut opened, mut far, came) = opened(part).await;
        let serving = async {
            far.write_all(&sent).await.unwrap();
            far.shutdown().await.unwrap();
        };
        let mut library = Vec::new();
        let reading = opened.plain.read_to_end(&mut library);
        let ((), read, (own, error)) = tokio::join!(serving, reading, all(came));
        read.unwrap();
        assert_eq!(error, None);
        (own, library)
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig::with_cases(64))]
        #[test]
        fn each_message_goes_where_it_belongs_however_it_arrives(
            messages in proptest::collection::vec((0_u32..3, 0_usize..300), 0..20),
            part in 1_usize..700,
        ) {
            let (mut sent, mut own, mut library) = (Vec::new(), Vec::new(), Vec::new());
            for (to, length) in messages {
                // The library's, the open search's, and those of one that nobody waits for.
                let id = [7, FIRST_OWN, FIRST_OWN + 1][to as usize];
                let contents = message(1, 0x04, &vec![0; length]);
                let message = message(id, 0x64, &contents);
                sent.extend(&message);
                match to {
                    0 => library.extend(message),
                    1 => own.extend(message),
                    _ => {}
                }
            }
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            let came = runtime.block_on(sorted(sent, part));
            proptest::prop_assert_eq!(came, (own, library));
        }
    }

    #[tokio::test]
    async fn what_is_no_message_ends_the_connection_and_says_so() {
        let deep = (0..20).fold(Vec::new(), |inner, _| {
            let length = u8::try_from(inner.len()).unwrap();
            [&[0x30, length][..], &inner].concat()
        });
        let too_long = u32::try_from(LONGEST + 1).unwrap().to_be_bytes();
        let cases = [
            b"\x04\x03abc".to_vec(),
            b"\x30\x80\x02\x01\x01".to_vec(),
            [&[0x30, 0x84][..], &too_long].concat(),
            message(7, 0x64, &deep),
            message(7, 0x64, b"\x04\x05x"),
        ];
        for bytes in cases {
            let (_opened, mut far, came) = opened(1024).await;
            let good = message(FIRST_OWN, 0x64, b"");
            far.write_all(&[&good[..], &bytes].concat()).await.unwrap();
            let ended = Some(io::ErrorKind::InvalidData);
            assert_eq!(all(came).await, (good, ended), "{bytes:x?}");
        }
    }

    #[tokio::test]
    async fn answers_that_nobody_takes_hold_up_nobody_else() {
        let (mut opened, mut far, came) = opened(1024).await;
        drop(came);
        let serving = async {
            for _ in 0..100 {
                far.write_all(&message(FIRST_OWN, 0x64, &[4, 0]))
                    .await
                    .unwrap();
            }
            far.write_all(&message(7, 0x64, b"")).await.unwrap();
        };
        let mut first = vec![0; message(7, 0x64, b"").len()];
        let reading = opened.plain.read_exact(&mut first);
        let both = async { tokio::join!(serving, reading) };
        let ((), read) = tokio::time::timeout(Duration::from_secs(60), both)
            .await
            .unwrap();
        read.unwrap();
        assert_eq!(first, message(7, 0x64, b""));
    }
}
