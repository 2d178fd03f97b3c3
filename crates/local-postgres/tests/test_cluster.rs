//! What other crates' tests rely on.

use echosensei_local_postgres::Error;
use echosensei_local_postgres::testing::cluster;
use tokio_postgres::NoTls;

#[tokio::test]
async fn a_template_is_built_once_and_clones_are_independent() {
    let cluster = cluster();
    let template = format!("tpl_own_test_{}", std::process::id());
    let mut built = 0;
    for _ in 0..2 {
        let build = |url: &str| {
            built += 1;
            let name = url.split(['/', '?']).nth(3).unwrap_or_default().to_owned();
            cluster
                .sql(&name, "create table t (n int); insert into t values (1)")
                .map(drop)
        };
        cluster.ensure_template::<Error>(&template, build).unwrap();
    }
    assert_eq!(built, 1);

    let (one, two) = (cluster.database_from(&template), cluster.database_from(&template));
    cluster.sql(one.name(), "delete from t").unwrap();
    assert_eq!(cluster.sql(two.name(), "select n from t").unwrap(), "1");

    let (client, connection) = tokio_postgres::connect(&two.app_url(), NoTls).await.unwrap();
    tokio::spawn(connection);
    let user = client.query_one("select current_user::text", &[]).await.unwrap();
    assert_eq!(user.get::<_, String>(0), "echosensei_app");

    let name = two.name().to_owned();
    drop((one, two));
    let left = cluster
        .sql(
            "postgres",
            &format!("select 1 from pg_database where datname = '{name}'"),
        )
        .unwrap();
    assert_eq!(left, "", "dropped even though a client was connected");
    cluster.drop_database(&template).unwrap();
}

#[test]
fn a_failed_build_leaves_no_template() {
    let cluster = cluster();
    let template = format!("tpl_failing_{}", std::process::id());
    let failed = cluster.ensure_template(&template, |_| Err(Error::Install("no".into())));
    assert!(failed.is_err());
    assert!(
        cluster
            .create_database_from_template("test_0_never", &template)
            .is_err()
    );
}
