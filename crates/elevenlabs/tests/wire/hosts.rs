//! A name that leads to the vendor when it is entered and into the inner network when it is used.

use std::io;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use echosensei_elevenlabs::{Client, Error, Hosts, Lookup, Timeouts, Transport};
use futures::FutureExt;
use futures::future::BoxFuture;
use secrecy::SecretString;
use tokio::net::TcpListener;
use url::Url;

use crate::vendor::{KEY, Reply, Vendor};

/// Answers so in turn, and with the last one again and again.
#[derive(Clone)]
struct Rebinding {
    answers: Arc<Vec<Vec<IpAddr>>>,
    asked: Arc<AtomicUsize>,
}

impl Rebinding {
    fn new(answers: &[&[&str]]) -> Self {
        let parsed = |answer: &&[&str]| answer.iter().map(|text| text.parse().unwrap()).collect();
        Self {
            answers: Arc::new(answers.iter().map(parsed).collect()),
            asked: Arc::default(),
        }
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

impl Lookup for Rebinding {
    fn lookup(&self, host: String) -> BoxFuture<'static, io::Result<Vec<IpAddr>>> {
        assert_eq!(host, "api.rebinding.test");
        let turn = self.asked.fetch_add(1, Ordering::SeqCst);
        let answer = self.answers[turn.min(self.answers.len() - 1)].clone();
        async move { Ok(answer) }.boxed()
    }
}

/// A door of the inner network; whether somebody knocks.
async fn door() -> (TcpListener, Url) {
    let door = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let port = door.local_addr().unwrap().port();
    (
        door,
        Url::parse(&format!("http://api.rebinding.test:{port}")).unwrap(),
    )
}

async fn somebody_knocks(door: &TcpListener) -> bool {
    tokio::time::timeout(Duration::from_millis(200), door.accept())
        .await
        .is_ok()
}

fn client(url: &Url, transport: &Transport) -> Client {
    let timeouts = Timeouts {
        attempt: Duration::from_secs(2),
        total: Duration::from_secs(4),
        idle: Duration::from_secs(2),
    };
    Client::builder(url.clone(), SecretString::from(KEY))
        .transport(transport.clone())
        .timeouts(timeouts)
        .build()
        .unwrap()
}

#[tokio::test]
async fn a_name_that_turns_into_the_inner_network_is_not_connected_to() {
    for inner in [
        "127.0.0.1",
        "169.254.169.254",
        "10.0.0.7",
        "::1",
        "::ffff:127.0.0.1",
        "fd00::7",
    ] {
        let (door, url) = door().await;
        let names = Rebinding::new(&[&["8.8.8.8"], &[inner]]);
        let transport = Transport::to(Hosts::public().looked_up_by(names.clone())).unwrap();
        assert_eq!(transport.admits(&url).await, Ok(()), "public when it is entered");
        let client = client(&url, &transport);
        let private = Error::PrivateHost("api.rebinding.test".into());
        assert_eq!(client.user().await.unwrap_err(), private, "{inner}");
        assert_eq!(
            names.asked(),
            2,
            "no look-up is saved, and a refusal is not repeated"
        );
        assert_eq!(client.monitor("conv_1").await.unwrap_err(), private, "{inner}");
        assert_eq!(transport.admits(&url).await, Err(private), "{inner}");
        assert!(!somebody_knocks(&door).await, "{inner}");
    }
}

#[tokio::test]
async fn an_address_in_the_url_is_checked_as_well() {
    let (door, _) = door().await;
    let port = door.local_addr().unwrap().port();
    let transport = Transport::to(Hosts::public()).unwrap();
    for host in ["127.0.0.1", "2130706433", "0x7f.1", "[::1]", "[::ffff:7f00:1]"] {
        let url = Url::parse(&format!("http://{host}:{port}")).unwrap();
        let client = client(&url, &transport);
        for refused in [
            client.user().await.map(drop),
            client.monitor("conv_1").await.map(drop),
            transport.admits(&url).await,
        ] {
            assert!(
                matches!(refused, Err(Error::PrivateHost(_))),
                "{host}: {refused:?}"
            );
        }
    }
    assert!(!somebody_knocks(&door).await);
}

#[tokio::test]
async fn where_inner_hosts_are_allowed_the_same_name_works() {
    let vendor = Vendor::start([Reply::json(r#"{"user_id":"u1"}"#)]).await;
    let names = Rebinding::new(&[&["127.0.0.1"]]);
    let transport = Transport::to(Hosts::any().looked_up_by(names.clone())).unwrap();
    let url = format!("http://api.rebinding.test:{}", vendor.url.port().unwrap());
    let user = client(&Url::parse(&url).unwrap(), &transport)
        .user()
        .await
        .unwrap();
    assert_eq!(user.user_id, "u1");
    assert_eq!(names.asked(), 1, "the fake resolver was the one that was asked");
}
