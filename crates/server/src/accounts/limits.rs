//! How often somebody may fail to sign in.

use moka::sync::Cache;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Failed sign-ins per network address and per e-mail address. Successful ones cost nothing: the token that an
/// attempt takes in advance, so that many at once gain nothing, is given back.
#[derive(Clone)]
pub struct LoginLimits {
    buckets: Cache<String, Arc<Mutex<Bucket>>>,
    per_ip: Limit,
    per_email: Limit,
}

/// A token bucket: so many at once, then one in `refill`.
#[derive(Clone, Copy, Debug)]
pub struct Limit {
    pub burst: u32,
    pub refill: Duration,
}

struct Bucket {
    tokens: f64,
    at: Instant,
}

impl Default for LoginLimits {
    /// An office behind one address may mistype 30 times, one account is tried 10 times; then one try in 10 and
    /// 30 seconds: 2,880 guesses a day at one account.
    fn default() -> Self {
        Self::new(
            Limit {
                burst: 30,
                refill: Duration::from_secs(10),
            },
            Limit {
                burst: 10,
                refill: Duration::from_secs(30),
            },
        )
    }
}

impl LoginLimits {
    /// For what anybody may ask for without signing in, such as a link by mail. Nothing is given back: one address is written to
    /// five times at once, then once in ten minutes.
    pub fn for_strangers() -> Self {
        Self::new(
            Limit {
                burst: 60,
                refill: Duration::from_secs(10),
            },
            Limit {
                burst: 5,
                refill: Duration::from_secs(600),
            },
        )
    }

    pub fn new(per_ip: Limit, per_email: Limit) -> Self {
        // Idle for an hour is full again in either case.
        let buckets = Cache::builder()
            .max_capacity(100_000)
            .time_to_idle(Duration::from_secs(3600))
            .build();
        Self {
            buckets,
            per_ip,
            per_email,
        }
    }

    /// Takes a token for the attempt.
    ///
    /// # Errors
    /// How long to wait.
    pub fn begin(&self, ip: Option<std::net::IpAddr>, email: &str) -> Result<Attempt, Duration> {
        let mut attempt = Attempt::default();
        let ip = ip.map(|ip| (format!("ip:{}", network(ip)), self.per_ip));
        for (key, limit) in ip.into_iter().chain([(format!("email:{email}"), self.per_email)]) {
            let bucket = self.buckets.get_with(key, || {
                Arc::new(Mutex::new(Bucket {
                    tokens: f64::from(limit.burst),
                    at: Instant::now(),
                }))
            });
            if let Err(wait) = take(&bucket, limit) {
                attempt.forgive();
                return Err(wait);
            }
            attempt.taken.push((bucket, limit));
        }
        Ok(attempt)
    }
}

/// One client has a whole /64 of IPv6.
fn network(ip: std::net::IpAddr) -> String {
    match ip {
        std::net::IpAddr::V6(v6) => match v6.to_ipv4_mapped() {
            Some(v4) => v4.to_string(),
            None => std::net::Ipv6Addr::from(u128::from(v6) >> 64 << 64).to_string(),
        },
        std::net::IpAddr::V4(v4) => v4.to_string(),
    }
}

fn take(bucket: &Mutex<Bucket>, limit: Limit) -> Result<(), Duration> {
    let mut bucket = bucket.lock().unwrap_or_else(PoisonError::into_inner);
    let elapsed = bucket.at.elapsed().as_secs_f64() / limit.refill.as_secs_f64();
    bucket.tokens = (bucket.tokens + elapsed).min(f64::from(limit.burst));
    bucket.at = Instant::now();
    if bucket.tokens < 1.0 {
        return Err(limit.refill.mul_f64(1.0 - bucket.tokens));
    }
    bucket.tokens -= 1.0;
    Ok(())
}

/// An attempt under way; it counts unless it is forgiven.
#[derive(Default)]
pub struct Attempt {
    taken: Vec<(Arc<Mutex<Bucket>>, Limit)>,
}

impl Attempt {
    /// The attempt succeeded, or was never made.
    pub fn forgive(self) {
        for (bucket, limit) in self.taken {
            let mut bucket = bucket.lock().unwrap_or_else(PoisonError::into_inner);
            bucket.tokens = (bucket.tokens + 1.0).min(f64::from(limit.burst));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::{IpAddr, Ipv4Addr};

    fn limits() -> LoginLimits {
        let limit = |burst| Limit {
            burst,
            refill: Duration::from_secs(30),
        };
        LoginLimits::new(limit(5), limit(2))
    }

    fn ip(last: u8) -> Option<IpAddr> {
        Some(IpAddr::V4(Ipv4Addr::new(192, 0, 2, last)))
    }

    #[test]
    fn an_account_is_guessed_at_only_so_often_from_anywhere() {
        let limits = limits();
        assert!(limits.begin(ip(1), "a@example.com").is_ok());
        assert!(limits.begin(ip(2), "a@example.com").is_ok());
        let wait = limits.begin(ip(3), "a@example.com").err().unwrap();
        assert!(
            wait > Duration::from_secs(25) && wait <= Duration::from_secs(30),
            "{wait:?}"
        );
        assert!(limits.begin(ip(3), "b@example.com").is_ok());
    }

    #[test]
    fn an_address_tries_only_so_many_accounts() {
        let limits = limits();
        for n in 0..5 {
            assert!(limits.begin(ip(1), &format!("{n}@example.com")).is_ok());
        }
        assert!(limits.begin(ip(1), "6@example.com").is_err());
        assert!(limits.begin(ip(2), "6@example.com").is_ok());
    }

    #[test]
    fn success_costs_nothing_and_a_refused_attempt_neither() {
        let limits = limits();
        for _ in 0..20 {
            limits.begin(ip(1), "a@example.com").ok().unwrap().forgive();
        }
        assert!(limits.begin(ip(1), "a@example.com").is_ok());
        assert!(limits.begin(ip(1), "a@example.com").is_ok());
        for _ in 0..20 {
            assert!(limits.begin(ip(1), "a@example.com").is_err());
        }
        // Two of five were used.
        for n in 0..3 {
            assert!(limits.begin(ip(1), &format!("{n}@example.com")).is_ok(), "{n}");
        }
    }

    #[test]
    fn neighbours_of_an_ipv6_network_share_a_bucket() {
        assert_eq!(
            network("2001:db8::1".parse().unwrap()),
            network("2001:db8::2".parse().unwrap())
        );
        assert_ne!(
            network("2001:db8::1".parse().unwrap()),
            network("2001:db8:0:1::1".parse().unwrap())
        );
        assert_eq!(network("::ffff:192.0.2.1".parse().unwrap()), "192.0.2.1");
    }
}
