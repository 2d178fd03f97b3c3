//! Sign-in rules: whose holders need a second factor, and the sign-ins of members.

use leptos::prelude::*;
use leptos_router::{LazyRoute, lazy_route};
use shared::Permission;
use shared::organization::OrganizationKind;
use shared::security::{RoleRule, SetSignInRules, SignInRules};

use crate::api::{self, ApiError};
use crate::frame::Page;
use crate::pages::refused::Refused;
use crate::pages::sign_ins::SignIns;
use crate::state::{SessionState, Toasts};
use crate::ui::{Button, Card, ErrorState, SkeletonRows, Tone, Variant};

/// `/settings/security`.
pub struct SecurityPage;

#[lazy_route]
impl LazyRoute for SecurityPage {
    fn data() -> Self {
        Self
    }

    fn view(_this: Self) -> AnyView {
        view! { <Rules /> }.into_any()
    }
}

#[component]
fn Rules() -> AnyView {
    let rules = RwSignal::new(None::<SignInRules>);
    let error = RwSignal::new(None::<ApiError>);
    let load = move || {
        error.set(None);
        leptos::task::spawn_local(async move {
            match api::get::<SignInRules>("/api/security").await {
                Ok(found) => _ = rules.try_set(Some(found)),
                Err(refused) => _ = error.try_set(Some(refused)),
            }
        });
    };
    load();
    let body = move || match (rules.get(), error.get()) {
        (_, Some(error)) => view! { <ErrorState error retry=Callback::new(move |()| load()) /> }.into_any(),
        (None, None) => view! { <SkeletonRows rows=5 /> }.into_any(),
        (Some(found), None) => view! { <SecondFactorRules found rules /> }.into_any(),
    };
    view! {
        <Page title="Sign-in rules">
            <Card title="Second factor" padded=true>{body}</Card>
            <Card title="Sign-ins of members" class="mt-4 overflow-clip">
                <SignIns path="/api/security/sign-ins" names=true />
            </Card>
        </Page>
    }
    .into_any()
}

#[component]
fn SecondFactorRules(found: SignInRules, rules: RwSignal<Option<SignInRules>>) -> AnyView {
    let session = SessionState::here();
    let toasts = expect_context::<Toasts>();
    let may_set = session.may(Permission::SecurityManage);
    let chosen = found.roles.iter().filter(|rule| rule.second_factor);
    let chosen = RwSignal::new(chosen.map(|rule| rule.role.clone()).collect::<Vec<_>>());
    let asking = RwSignal::new(false);
    let error = RwSignal::new(None::<ApiError>);
    let save = move |()| {
        asking.set(true);
        error.set(None);
        let body = SetSignInRules {
            second_factor_roles: chosen.get_untracked(),
        };
        leptos::task::spawn_local(async move {
            match api::put::<SignInRules>("/api/security", &body).await {
                Ok(saved) => {
                    toasts.show(Tone::Good, "The sign-in rules are saved");
                    _ = rules.try_set(Some(saved));
                    // It may hold for oneself.
                    session.load();
                }
                Err(refused) => _ = error.try_set(Some(refused)),
            }
            _ = asking.try_set(false);
        });
    };
    let row = move |rule: RoleRule| {
        let role = StoredValue::new(rule.role);
        let label = format!("{}: {}", kind_label(rule.kind), rule.label);
        let hint = match (rule.required_above, rule.holders, rule.without) {
            (true, ..) => "Required by an organization above.".to_owned(),
            (false, 0, _) => "No member here has this role.".to_owned(),
            (false, 1, 0) => "One member here, with a second factor.".to_owned(),
            (false, 1, _) => "One member here, without a second factor.".to_owned(),
            (false, holders, without) => {
                format!("{holders} members here, {without} of them without a second factor.")
            }
        };
        view! {
            <li class="py-2">
                <label class="check">
                    <input
                        type="checkbox"
                        prop:checked=move || {
                            rule.required_above || role.with_value(|role| chosen.with(|all| all.contains(role)))
                        }
                        disabled=rule.required_above || !may_set
                        on:change=move |event| {
                            let (on, role) = (event_target_checked(&event), role.get_value());
                            chosen.update(|all| {
                                all.retain(|other| *other != role);
                                if on {
                                    all.push(role);
                                }
                            });
                        }
                    />
                    <span>{label} <span class="block text-sm text-muted">{hint}</span></span>
                </label>
            </li>
        }
    };
    view! {
        <div class="grid gap-3">
            <p class="max-w-prose text-sm text-muted">
                "Members with a role that is marked here, in this organization and in those below it, need a second factor. Whoever has none sets one up before anything else opens."
            </p>
            <ul class="divide-y divide-line">{found.roles.into_iter().map(row).collect_view()}</ul>
            <Refused error fields=&[] />
            {may_set
                .then(|| {
                    view! {
                        <div>
                            <Button variant=Variant::Primary loading=asking on_press=save>
                                "Save rules"
                            </Button>
                        </div>
                    }
                })}
        </div>
    }
    .into_any()
}

fn kind_label(kind: OrganizationKind) -> &'static str {
    match kind {
        OrganizationKind::Platform => "Platform",
        OrganizationKind::Agency => "Agency",
        OrganizationKind::Customer => "Customer",
    }
}
