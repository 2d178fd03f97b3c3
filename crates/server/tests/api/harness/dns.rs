//! A DNS server of a test's own, by UDP.

use hickory_proto::op::{Message, OpCode, ResponseCode};
use hickory_proto::rr::rdata::{A, CNAME, TXT};
use hickory_proto::rr::{Name, RData, Record, RecordType};
use std::collections::HashMap;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex};
use tokio::net::UdpSocket;

type Records = HashMap<(String, RecordType), Vec<RData>>;

/// Answers until the test's runtime ends.
#[derive(Clone)]
pub struct Dns {
    /// For DNS_RESOLVER.
    pub address: String,
    /// `None`: it answers nobody.
    records: Arc<Mutex<Option<Records>>>,
}

impl Dns {
    pub async fn start() -> Self {
        let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let dns = Self {
            address: socket.local_addr().unwrap().to_string(),
            records: Arc::new(Mutex::new(Some(Records::new()))),
        };
        let records = Arc::clone(&dns.records);
        tokio::spawn(async move {
            let mut buffer = [0; 4096];
            while let Ok((length, peer)) = socket.recv_from(&mut buffer).await {
                let reply = answer(&buffer[..length], records.lock().unwrap().as_ref());
                if let Some(reply) = reply {
                    socket.send_to(&reply, peer).await.unwrap();
                }
            }
        });
        dns
    }

    pub fn text(&self, name: &str, text: &str) {
        self.add(name, RData::TXT(TXT::new(vec![text.to_owned()])));
    }

    pub fn alias(&self, name: &str, target: &str) {
        self.add(
            name,
            RData::CNAME(CNAME(Name::from_ascii(format!("{target}.")).unwrap())),
        );
    }

    pub fn address(&self, name: &str, address: [u8; 4]) {
        self.add(name, RData::A(A(Ipv4Addr::from(address))));
    }

    fn add(&self, name: &str, data: RData) {
        let mut records = self.records.lock().unwrap();
        let records = records.as_mut().unwrap();
        records
            .entry((format!("{name}."), data.record_type()))
            .or_default()
            .push(data);
    }

    /// Nothing stands anywhere any more.
    pub fn clear(&self) {
        *self.records.lock().unwrap() = Some(Records::new());
    }

    /// Nobody is answered any more.
    pub fn fall_silent(&self) {
        *self.records.lock().unwrap() = None;
    }
}

fn answer(question: &[u8], records: Option<&Records>) -> Option<Vec<u8>> {
    let records = records?;
    let question = Message::from_vec(question).unwrap();
    let query = question.queries[0].clone();
    let name = query.name().to_ascii().to_lowercase();
    let mut reply = Message::response(question.metadata.id, OpCode::Query);
    reply.metadata.recursion_available = true;
    let found = records.get(&(name.clone(), query.query_type()));
    if found.is_none() && !records.keys().any(|(known, _)| *known == name) {
        reply.metadata.response_code = ResponseCode::NXDomain;
    }
    for data in found.into_iter().flatten() {
        reply.add_answer(Record::from_rdata(query.name().clone(), 60, data.clone()));
    }
    reply.add_query(query);
    Some(reply.to_vec().unwrap())
}
