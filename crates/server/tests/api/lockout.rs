//! An account that is guessed at is locked for longer and longer, on every server, and tells nobody whether it exists.

use crate::harness::{AGENCY, CUSTOMER, Client, PASSWORD, TestApp};
use shared::account::{SignIn, SignInOutcome};
use shared::{ErrorCode, Page};

async fn guess(app: &TestApp, email: &str, times: usize) {
    for _ in 0..times {
        let reply = app.client().log_in(email, "not this one").await;
        assert_eq!(reply.problem().code, ErrorCode::WrongCredentials);
    }
}

/// In place of waiting.
fn time_passes(app: &TestApp) {
    app.sql("update sign_in_attempts set locked_until = now() - interval '1 second'");
}

#[tokio::test]
async fn delays_grow_to_an_hour_and_the_right_password_ends_them() {
    let app = TestApp::start().await;
    guess(&app, AGENCY, 5).await;
    let reply = app.client().log_in(AGENCY, PASSWORD).await;
    assert_eq!(reply.problem().code, ErrorCode::RateLimited);
    let wait: u64 = reply.header("retry-after").parse().unwrap();
    assert!((55..=60).contains(&wait), "{wait}");
    // What the database says, without the limiter of this process before it.
    let attempt = || {
        let wait = app.sql(&format!(
            "select begin_sign_in(sha256(convert_to('{AGENCY}', 'UTF8')))"
        ));
        wait.parse::<u64>().unwrap()
    };
    let wrong = || {
        app.sql(&format!(
            "select refuse_sign_in(sha256(convert_to('{AGENCY}', 'UTF8')))"
        ))
    };
    for minutes in [1, 2, 4, 8, 16, 32, 60, 60] {
        let wait = attempt();
        assert!(
            (minutes * 60 - 5..=minutes * 60).contains(&wait),
            "{wait} s of {minutes} min"
        );
        time_passes(&app);
        assert_eq!(attempt(), 0, "one is let through");
        wrong();
    }
    time_passes(&app);
    assert_eq!(app.client().log_in(AGENCY, PASSWORD).await.status, 200);
    assert_eq!(app.sql("select count(*) from sign_in_attempts"), "0");
}

#[tokio::test]
async fn an_unknown_address_is_locked_alike() {
    let app = TestApp::start().await;
    let unknown = "nobody@demo.test";
    guess(&app, AGENCY, 5).await;
    guess(&app, unknown, 5).await;
    let known = app.client().log_in(AGENCY, PASSWORD).await;
    let unknown = app.client().log_in(unknown, PASSWORD).await;
    let strip = |problem: shared::Problem| (problem.status, problem.code, problem.title);
    assert_eq!(strip(known.problem()), strip(unknown.problem()));
    let wait = |reply: &crate::harness::Reply| reply.header("retry-after").parse::<u64>().unwrap();
    assert!(wait(&known).abs_diff(wait(&unknown)) <= 5);
    // Another account is not touched.
    assert_eq!(app.client().log_in(CUSTOMER, PASSWORD).await.status, 200);
}

#[tokio::test]
async fn it_holds_on_every_server_and_many_guesses_at_once_gain_nothing() {
    let app = TestApp::start().await;
    let guesses = (0..8).map(|_| {
        let mut client = app.client();
        async move { client.log_in(AGENCY, "not this one").await.status.as_u16() }
    });
    let mut answers = futures::future::join_all(guesses).await;
    answers.sort_unstable();
    assert_eq!(answers, [401, 401, 401, 401, 401, 429, 429, 429]);
    let there = Client::new(&app.another_server().await);
    assert_eq!(there.clone().log_in(AGENCY, PASSWORD).await.status, 429);
}

#[tokio::test]
async fn many_right_passwords_at_once_all_succeed() {
    let app = TestApp::start().await;
    let all = (0..10).map(|_| {
        let mut client = app.client();
        async move { client.log_in(AGENCY, PASSWORD).await.status.as_u16() }
    });
    assert_eq!(futures::future::join_all(all).await, [200; 10]);
    assert_eq!(app.sql("select count(*) from sign_in_attempts"), "0");
}

/// A server that dies between counting an attempt and its end.
#[tokio::test]
async fn an_attempt_that_never_ends_was_a_wrong_one() {
    let app = TestApp::start().await;
    guess(&app, AGENCY, 4).await;
    let begin = format!("select begin_sign_in(sha256(convert_to('{AGENCY}', 'UTF8')))");
    assert_eq!(app.sql(&begin), "0");
    assert_eq!(app.sql(&begin), "-1", "in doubt");
    app.sql("update sign_in_attempts set in_flight_until = now() - interval '1 second'");
    assert_eq!(app.client().log_in(AGENCY, PASSWORD).await.status, 429);
}

#[tokio::test]
async fn a_lock_is_in_the_history_of_its_owner() {
    let app = TestApp::start().await;
    let owner = app.sign_in(AGENCY).await;
    guess(&app, AGENCY, 5).await;
    assert_eq!(app.client().log_in(AGENCY, PASSWORD).await.status, 429);
    // Written after the answer.
    let mut outcomes = Vec::new();
    for _ in 0..100 {
        let page: Page<SignIn> = owner.get("/api/account/sign-ins").await.json();
        outcomes = page.items.iter().map(|sign_in| sign_in.outcome).collect();
        if outcomes.len() == 7 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    let count = |wanted| outcomes.iter().filter(|outcome| **outcome == wanted).count();
    assert_eq!(count(SignInOutcome::Locked), 1);
    assert_eq!(count(SignInOutcome::WrongPassword), 5);
    assert_eq!(count(SignInOutcome::Success), 1);
}
