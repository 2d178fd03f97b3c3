//! Kept sums are what the calls add up to, whatever happens to these.

use crate::harness::{AGENCY, CUSTOMER, TestApp};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::json;
use shared::Page;
use shared::agent::Agent;
use shared::customer::OrganizationSummary;
use shared::dashboard::Dashboard;

/// A change of calls.
#[derive(Clone, Debug)]
enum Change {
    /// So many, of one of three agents, each so many minutes apart from so long ago.
    Add {
        agent: u8,
        calls: u8,
        minutes_ago: u16,
        seconds: u16,
    },
    /// Of those with this remainder.
    Judge {
        rest: u8,
        outcome: bool,
        seconds: u16,
        cost: u32,
    },
    Fail {
        rest: u8,
    },
    Remove {
        rest: u8,
    },
    /// To the other organization.
    Move {
        rest: u8,
    },
    Fold,
    Zone {
        name: &'static str,
    },
    /// Begun and taken back.
    Undone,
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        4 => (0..3u8, 1..6u8, 0..60_000u16, 0..900u16)
            .prop_map(|(agent, calls, minutes_ago, seconds)| Change::Add { agent, calls, minutes_ago, seconds }),
        3 => (0..5u8, any::<bool>(), 0..900u16, 0..90_000u32)
            .prop_map(|(rest, outcome, seconds, cost)| Change::Judge { rest, outcome, seconds, cost }),
        1 => (0..5u8).prop_map(|rest| Change::Fail { rest }),
        1 => (0..5u8).prop_map(|rest| Change::Remove { rest }),
        1 => (0..5u8).prop_map(|rest| Change::Move { rest }),
        2 => Just(Change::Fold),
        1 => prop::sample::select(vec!["Asia/Kolkata", "Asia/Kathmandu", "America/St_Johns", "UTC", "Europe/Berlin"])
            .prop_map(|name| Change::Zone { name }),
        1 => Just(Change::Undone),
    ]
}

/// Calls of the fifth with this remainder.
fn some(rest: u8) -> String {
    format!("abs(hashtext(id::text)) % 5 = {rest}")
}

fn sql(change: &Change) -> String {
    let add = |agent: u8, calls: u8, minutes_ago: u16, seconds: u16| {
        format!(
            "insert into calls (id, organization_id, connection_id, agent_id, conversation_id, status, started_at, duration_seconds)
             select gen_random_uuid(), a.organization_id, a.connection_id, a.id, gen_random_uuid()::text, 'done',
                    greatest(now() - {minutes_ago} * interval '1 minute' - g * interval '11 minutes', date_trunc('month', now()) - interval '20 days'), {seconds} + g
             from (select * from agents where archived = false order by id offset {agent} limit 1) a, generate_series(1, {calls}) g"
        )
    };
    match change {
        Change::Add {
            agent,
            calls,
            minutes_ago,
            seconds,
        } => add(*agent, *calls, *minutes_ago, *seconds),
        Change::Judge {
            rest,
            outcome,
            seconds,
            cost,
        } => format!(
            "update calls set outcome = '{}', duration_seconds = {seconds}, cost_usd_micros = {cost} where {}",
            if *outcome { "success" } else { "failure" },
            some(*rest)
        ),
        Change::Fail { rest } => {
            format!(
                "update calls set status = 'failed', outcome = 'unknown', cost_usd_micros = null where {}",
                some(*rest)
            )
        }
        Change::Remove { rest } => format!("delete from calls where {}", some(*rest)),
        Change::Move { rest } => format!(
            "update calls c set organization_id = a.organization_id, agent_id = a.id
             from (select * from agents order by id desc limit 1) a where {}",
            some(*rest).replace("id::", "c.id::")
        ),
        Change::Fold => "select fold_call_sums(3)".to_owned(),
        Change::Zone { name } => {
            format!("update organizations set timezone = '{name}' where slug = 'northwind-voice'")
        }
        Change::Undone => format!("begin; {}; rollback", add(0, 3, 100, 60)),
    }
}

/// What stands in the sums and not in the calls, or the other way round.
const DIFFERENCE: &str = "
with raw as (
    select organization_id, agent_id, call_bucket(started_at) as bucket, count(*) as calls, sum(duration_seconds) as seconds,
           count(*) filter (where outcome = 'success') as successful, count(*) filter (where outcome = 'failure') as unsuccessful,
           count(*) filter (where status = 'failed') as failed, coalesce(sum(cost_usd_micros), 0) as cost
    from calls group by 1, 2, 3
), kept as (
    select organization_id, agent_id, bucket, sum(calls) as calls, sum(seconds) as seconds, sum(successful) as successful,
           sum(unsuccessful) as unsuccessful, sum(failed) as failed, sum(cost_usd_micros) as cost
    from call_figures group by 1, 2, 3
    having sum(calls) <> 0 or sum(seconds) <> 0 or sum(successful) <> 0 or sum(unsuccessful) <> 0 or sum(failed) <> 0 or sum(cost_usd_micros) <> 0
), days as (
    select o.id, d.* from organizations o, days_of(o.id, '2020-01-01') d where d.calls <> 0 or d.seconds <> 0
), raw_days as (
    select c.organization_id, (c.started_at at time zone o.timezone)::date as day, count(*) as calls, sum(c.duration_seconds) as seconds,
           count(*) filter (where c.outcome = 'success') as successful, count(*) filter (where c.outcome = 'failure') as unsuccessful,
           count(*) filter (where c.status = 'failed') as failed, coalesce(sum(c.cost_usd_micros), 0) as cost
    from calls c join organizations o on o.id = c.organization_id group by 1, 2
)
select (select count(*) from ((table raw except table kept) union all (table kept except table raw)) x)
     + (select count(*) from ((table raw_days except table days) union all (table days except table raw_days)) x)";

#[tokio::test]
async fn sums_are_what_the_calls_add_up_to_after_any_changes() {
    let app = TestApp::start().await;
    for slug in ["northwind-voice", "northwind-voice", "harbor-dental"] {
        app.sql(&format!(
            "insert into connections (id, organization_id, name, base_url, api_key_sealed, api_key_last4, provider_user_id)
             select '00000000-0000-0000-0000-0000000000c1', id, 'w', 'http://x', '\\x00', 'abcd', 'u' from organizations where slug = 'northwind-voice'
             on conflict do nothing;
             insert into agents (id, organization_id, connection_id, provider_agent_id, name)
             select gen_random_uuid(), id, '00000000-0000-0000-0000-0000000000c1', gen_random_uuid()::text, 'A' from organizations where slug = '{slug}'"
        ));
    }
    app.sql("select ensure_month_partition('calls', now() - interval '62 days'); select ensure_month_partition('recordings', now() - interval '62 days')");
    let mut runner = TestRunner::default();
    let changes = prop::collection::vec(change(), 60..90)
        .new_tree(&mut runner)
        .unwrap()
        .current();
    let mut seen = false;
    for (index, one) in changes.iter().enumerate() {
        app.sql(&sql(one));
        if index % 5 == 0 || index + 1 == changes.len() {
            assert_eq!(app.sql(DIFFERENCE), "0", "after {:#?}", &changes[..=index]);
        }
        seen |= app.sql("select count(*) > 0 from calls") == "t";
    }
    assert!(seen);
    app.sql("delete from calls");
    app.sql("select fold_call_sums(100000)");
    assert_eq!(
        app.sql("select (select count(*) from call_sums) + (select count(*) from call_sum_changes)"),
        "0"
    );
}

#[tokio::test]
async fn dashboard_and_lists_say_what_the_calls_say() {
    let app = TestApp::start().await;
    app.simulator_with(simulator::Options {
        conversations: 200,
        live: 0,
        ..simulator::Options::default()
    });
    let customer = app.sign_in(CUSTOMER).await;
    app.connect_simulator(&customer).await;
    // An hour of their own for half of a day, where hours begin at the half.
    for zone in ["Europe/Berlin", "Asia/Kolkata"] {
        app.sql(&format!(
            "update organizations set timezone = '{zone}' where slug = 'harbor-dental'"
        ));
        app.app.principals.forget_all();
        for fold in [false, true] {
            if fold {
                app.sql("select fold_call_sums(100000)");
            }
            let shown: Dashboard = customer.get("/api/dashboard").await.json();
            let raw = |condition: &str| -> (i64, i64, i64) {
                let row = app.sql(&format!(
                    "select count(*), coalesce(sum(duration_seconds), 0), count(*) filter (where outcome = 'success') from calls where {condition}"
                ));
                let parts: Vec<i64> = row.split('|').map(|part| part.parse().unwrap()).collect();
                (parts[0], parts[1], parts[2])
            };
            let today =
                format!("(started_at at time zone '{zone}')::date = (now() at time zone '{zone}')::date");
            let of = |f: &shared::dashboard::Figures| (f.calls, f.seconds, f.successful);
            assert_eq!(of(&shown.today), raw(&today));
            let hours: i64 = shown.hours.iter().map(|hour| hour.figures.calls).sum();
            assert_eq!(hours, shown.today.calls);
            for day in &shown.days {
                let on = format!("(started_at at time zone '{zone}')::date = '{}'", day.date);
                assert_eq!(of(&day.figures), raw(&on), "{} {}", day.date, zone);
            }
            let yesterday = format!(
                "(started_at at time zone '{zone}')::date = (now() at time zone '{zone}')::date - 1 and started_at < timestamptz '{}' - interval '1 day'",
                shown.as_of.to_rfc3339()
            );
            assert_eq!(of(&shown.yesterday_until_now), raw(&yesterday));
        }
    }
    let agency = app.sign_in(AGENCY).await;
    let below: Page<OrganizationSummary> = agency.get("/api/organizations").await.json();
    let dental = below
        .items
        .iter()
        .find(|row| row.name == "Harbor Dental")
        .unwrap();
    let week = app.sql("select count(*) from calls where (started_at at time zone 'Asia/Kolkata')::date > (now() at time zone 'Asia/Kolkata')::date - 7");
    assert_eq!(dental.calls_7d().to_string(), week);
}

#[tokio::test]
async fn who_sees_only_his_agents_sees_what_they_add_up_to() {
    let app = TestApp::start().await;
    app.simulator_with(simulator::Options {
        conversations: 120,
        live: 0,
        ..simulator::Options::default()
    });
    let customer = app.sign_in(CUSTOMER).await;
    app.connect_simulator(&customer).await;
    app.sql("select fold_call_sums(100000)");
    let agent = app.sql("select agent_id from calls group by 1 order by count(*) desc, 1 limit 1");
    let (email, user) = app.add_member("harbor-dental", "customer_manager");
    let body = json!({ "only_assigned_agents": true, "agents": [agent] });
    assert_eq!(
        customer
            .patch(&format!("/api/members/{user}"), &body)
            .await
            .status,
        200
    );
    let member = app.sign_in(&email).await;
    let (his, all): (Dashboard, Dashboard) = (
        member.get("/api/dashboard").await.json(),
        customer.get("/api/dashboard").await.json(),
    );
    let sum = |dashboard: &Dashboard| dashboard.days.iter().map(|day| day.figures.calls).sum::<i64>();
    let count = |condition: &str| {
        app.sql(&format!("select count(*) from calls where {condition} (started_at at time zone 'Europe/Berlin')::date > (now() at time zone 'Europe/Berlin')::date - 30"))
    };
    assert_eq!(sum(&his).to_string(), count(&format!("agent_id = '{agent}' and")));
    assert_eq!(sum(&all).to_string(), count(""));
    assert!(sum(&his) < sum(&all));
    let agents: Page<Agent> = member.get("/api/agents").await.json();
    let week = app.sql(&format!("select count(*) from calls where agent_id = '{agent}' and call_bucket(started_at) >= now() - interval '7 days'"));
    assert_eq!(agents.items[0].calls_7d.to_string(), week);
}
