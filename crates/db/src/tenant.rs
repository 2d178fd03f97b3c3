//! The transaction in which a tenant's rows are visible.

use crate::{Db, Error};
use diesel_async::{AnsiTransactionManager, AsyncPgConnection, TransactionManager};
use shared::{AgentId, ApiKeyId, OrganizationId, UserId};
use std::sync::Arc;

/// Whose rows a transaction may see. Set with `set_config(…, true)`, so it ends with the transaction and can
/// not leak to the next user of a pooled connection.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scope {
    pub organization: Option<OrganizationId>,
    /// Who acts. Row policies let him see what is his, and the delegation ceiling is measured against him.
    pub user: Option<UserId>,
    /// `Some`: rows of these agents only.
    pub agents: Option<Arc<[AgentId]>>,
    /// With which API key he acts: entries of the audit log name it.
    pub api_key: Option<ApiKeyId>,
}

impl Scope {
    /// Everything of one organization.
    pub fn organization(organization: OrganizationId) -> Self {
        Self {
            organization: Some(organization),
            ..Self::default()
        }
    }

    /// Only what belongs to a person himself, wherever he is a member: for sign-in.
    pub fn user(user: UserId) -> Self {
        Self {
            user: Some(user),
            ..Self::default()
        }
    }
}

impl From<OrganizationId> for Scope {
    fn from(organization: OrganizationId) -> Self {
        Self::organization(organization)
    }
}

/// Twin of diesel-async's private trait of the same name: an async closure whose future is `Send`.
pub trait AsyncFunc<T, R>: AsyncFnOnce(T) -> R + FnOnce(T) -> <Self as AsyncFunc<T, R>>::Fut {
    type Fut: Future<Output = R>;
}

impl<F, T, Fut, R> AsyncFunc<T, R> for F
where
    F: AsyncFnOnce(T) -> R + FnOnce(T) -> Fut,
    Fut: Future<Output = R>,
{
    type Fut = Fut;
}

impl Db {
    /// Runs `work` in one transaction that sees the rows of `scope` and no others. Commits on `Ok`, rolls back on `Err`.
    ///
    /// # Errors
    /// What `work` returns, or the database's own error turned into it.
    pub async fn tenant<'a, R, E, F>(&self, scope: impl Into<Scope>, work: F) -> Result<R, E>
    where
        for<'r> F: AsyncFnOnce(&'r mut AsyncPgConnection) -> Result<R, E>
            + AsyncFunc<&'r mut AsyncPgConnection, Result<R, E>, Fut: Send>
            + Send
            + 'a,
        E: From<diesel::result::Error> + From<Error> + Send + 'a,
        R: Send + 'a,
    {
        let scope = scope.into();
        let mut conn = self.connection().await?;
        let conn: &mut AsyncPgConnection = &mut conn;
        // The scope goes with BEGIN, in one round trip: every request pays for it.
        Transactions::begin_transaction_sql(conn, &begin(&scope)).await?;
        match work(conn).await {
            Ok(done) => {
                Transactions::commit_transaction(conn).await?;
                Ok(done)
            }
            Err(error) => match Transactions::rollback_transaction(conn).await {
                // Broken: the pool throws the connection away, and what broke it is what `work` said.
                Ok(()) | Err(diesel::result::Error::BrokenTransactionManager) => Err(error),
                Err(failed) => Err(failed.into()),
            },
        }
    }
}

type Transactions = AnsiTransactionManager;

/// Begins a transaction and sets the scope until its end. Ids need no quoting: they are digits and hyphens.
fn begin(scope: &Scope) -> String {
    let text = |id: Option<uuid::Uuid>| id.map(|id| id.to_string()).unwrap_or_default();
    let agents = scope.agents.as_ref().map(|agents| {
        let ids: Vec<_> = agents.iter().map(ToString::to_string).collect();
        format!("{{{}}}", ids.join(","))
    });
    format!(
        "BEGIN; SELECT set_config('app.organization_id', '{}', true), set_config('app.user_id', '{}', true), \
         set_config('app.agent_ids', '{}', true), set_config('app.api_key_id', '{}', true)",
        text(scope.organization.map(|id| id.0)),
        text(scope.user.map(|id| id.0)),
        agents.unwrap_or_default(),
        text(scope.api_key.map(|id| id.0)),
    )
}
