//! `/invite#…`: who invites into what, and accepting it.

use leptos::prelude::*;
use shared::branding::PRODUCT;
use shared::invitation::{InvitationKind, InvitationOffer, InvitedAccount, LinkToken};

use super::column::{Column, DeadEnd, Waiting};
use super::invite_form::InviteForm;
use crate::address;
use crate::api::{self, ApiError};
use crate::format::hundredths;

use crate::ui::{Button, ButtonLink, Fact, Facts, Variant};

type Offer = RwSignal<Option<Result<InvitationOffer, ApiError>>>;

#[component]
pub(super) fn Invite() -> AnyView {
    let offer: Offer = RwSignal::new(None);
    leptos::task::spawn_local(async move {
        let token = address::fragment();
        offer.set(Some(
            api::post("/api/auth/invitation", &LinkToken { token }).await,
        ));
    });
    let of_offer = move |read: fn(&InvitationOffer) -> String, otherwise: &'static str| {
        Signal::derive(move || {
            offer.with(|offer| match offer {
                Some(Ok(offer)) => read(offer),
                _ => otherwise.to_owned(),
            })
        })
    };
    let name = of_offer(|offer| offer.app_name.clone(), PRODUCT);
    let title = of_offer(
        |offer| match offer.kind {
            InvitationKind::Member => format!("Join {}", offer.organization),
            InvitationKind::Agency | InvitationKind::Registration => "Open your agency".to_owned(),
        },
        "Invitation",
    );
    let body = move || match offer.get() {
        None => view! { <Waiting /> }.into_any(),
        Some(Err(error)) => view! { <DeadEnd error href="/login" label="Go to sign-in" /> }.into_any(),
        Some(Ok(offer)) => view! { <Offered offer /> }.into_any(),
    };
    view! {
        <Column title name>
            {body}
        </Column>
    }
    .into_any()
}

#[component]
fn Offered(offer: InvitationOffer) -> AnyView {
    let who = offer.invited_by.clone();
    let text = match (offer.kind, who) {
        (InvitationKind::Member, Some(who)) => {
            format!("{who} invites you to work in {}.", offer.organization)
        }
        (InvitationKind::Member, None) => format!("You are invited to work in {}.", offer.organization),
        (InvitationKind::Agency, Some(who)) => {
            format!(
                "{who} invites you to run an agency of your own on {}.",
                offer.organization
            )
        }
        _ => format!("An agency of your own on {}.", offer.organization),
    };
    let message = (!offer.message.is_empty()).then(|| {
        view! {
            <blockquote class="border-l-2 border-line pl-3 whitespace-pre-line" dir="auto">
                {offer.message.clone()}
            </blockquote>
        }
    });
    let role = offer
        .role_label
        .clone()
        .map(|role| view! { <Fact name="Your role">{role}</Fact> });
    let terms = offer
        .terms
        .clone()
        .filter(|_| offer.kind == InvitationKind::Agency);
    let terms = terms.map(|terms| {
        let credits = terms.currency.clone().filter(|_| terms.opening_credits_minor > 0);
        let credits = credits.map(|currency| {
            let amount = format!("{} {currency}", hundredths::show(terms.opening_credits_minor));
            view! { <Fact name="Opening credits">{amount}</Fact> }
        });
        let rate = hundredths::show(i64::from(terms.commission_basis_points));
        view! {
            <Fact name="Commission">{format!("{rate} %")}</Fact>
            {credits}
        }
    });
    let how = match &offer.signed_in_as {
        Some(email) if *email != offer.email => {
            view! { <OtherAccount email=email.to_string() invited=offer.email.to_string() /> }.into_any()
        }
        None if offer.account == InvitedAccount::Existing => {
            view! { <SignInFirst email=offer.email.to_string() /> }.into_any()
        }
        _ => view! { <InviteForm offer=offer.clone() /> }.into_any(),
    };
    view! {
        <p dir="auto">{text}</p>
        {message}
        <Facts>
            <Fact name="For">{offer.email.to_string()}</Fact>
            {role}
            {terms}
        </Facts>
        {how}
    }
    .into_any()
}

#[component]
fn SignInFirst(email: String) -> AnyView {
    let here = format!("/invite#{}", address::fragment());
    let href = format!(
        "/login?next={}",
        String::from(js_sys::encode_uri_component(&here))
    );
    view! {
        <p>"There is an account with the address " <strong class="font-medium">{email}</strong> ". Sign in with it to accept."</p>
        <div>
            <ButtonLink href variant=Variant::Primary>
                "Sign in to accept"
            </ButtonLink>
        </div>
    }
    .into_any()
}

#[component]
fn OtherAccount(email: String, invited: String) -> AnyView {
    let busy = RwSignal::new(false);
    let leave = move |()| {
        busy.set(true);
        leptos::task::spawn_local(async move {
            // Whatever the server says: the page asks again who is signed in.
            _ = api::post_empty("/api/auth/logout").await;
            _ = window().location().reload();
        });
    };
    view! {
        <p role="alert">
            "The invitation is for " <strong class="font-medium">{invited}</strong> ", and you are signed in as "
            <strong class="font-medium">{email}</strong> "."
        </p>
        <div>
            <Button loading=busy on_press=leave>
                "Sign out and go on"
            </Button>
        </div>
    }
    .into_any()
}
