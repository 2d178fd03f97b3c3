//! Inviting somebody to found an agency, with the terms he is offered.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use shared::FieldError;
use shared::invitation::{CreateAgencyInvitation, MESSAGE_MAX};

use super::Invitations;
use crate::format::hundredths;
use crate::pages::form::Form;
use crate::pages::refused::Refused;
use crate::ui::{Button, Choice, Field, Input, Select, Textarea, Variant};

const FIELDS: &[&str] = &[
    "email",
    "company",
    "commission_basis_points",
    "opening_credits_minor",
    "currency",
    "message",
];
/// With hundredths, all of them.
const CURRENCIES: [&str; 4] = ["EUR", "USD", "GBP", "CHF"];

#[component]
pub fn InviteAgency(invitations: Invitations, open: RwSignal<bool>) -> AnyView {
    let form = Form::new();
    let text = |value: &str| RwSignal::new(value.to_owned());
    let (email, company, message) = (text(""), text(""), text(""));
    let (rate, credits, currency) = (text("0"), text("0"), text("EUR"));
    let currencies = Signal::stored(CURRENCIES.map(|code| Choice::new(code, code)).to_vec());
    let request = move || {
        let number = |value: RwSignal<String>, field: &str| {
            hundredths::parse(&value.get_untracked()).ok_or_else(|| {
                FieldError::new(field, "Enter a number with at most two decimals, such as 12.5")
            })
        };
        let (rate, credits) = (
            number(rate, "commission_basis_points"),
            number(credits, "opening_credits_minor"),
        );
        let wrong: Vec<_> = [&rate, &credits]
            .into_iter()
            .filter_map(|n| n.clone().err())
            .collect();
        let request = CreateAgencyInvitation {
            email: email.get_untracked(),
            company: company.get_untracked(),
            commission_basis_points: i32::try_from(rate.unwrap_or_default()).unwrap_or(i32::MAX),
            opening_credits_minor: credits.unwrap_or_default(),
            currency: Some(currency.get_untracked()),
            message: message.get_untracked(),
        };
        let mut errors = request.validate().err().unwrap_or_default();
        errors.extend(wrong);
        (request, if errors.is_empty() { Ok(()) } else { Err(errors) })
    };
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let (request, checked) = request();
        if form.begins(checked) {
            invitations.send(request, form, open);
        }
    };
    view! {
        <form class="grid gap-5" novalidate on:submit=submit>
            <Field label="E-mail" error=form.field("email")>
                <Input value=email kind="email" autocomplete="off" autofocus=true placeholder="name@example.com" />
            </Field>
            <Field label="Company" error=form.field("company")>
                <Input value=company autocomplete="off" />
            </Field>
            <Field
                label="Commission in %"
                hint="Of what the agency's customers pay."
                error=form.field("commission_basis_points")
            >
                <Input value=rate autocomplete="off" />
            </Field>
            <div class="grid grid-cols-[1fr_auto] gap-3">
                <Field label="Opening credits" error=form.field("opening_credits_minor")>
                    <Input value=credits autocomplete="off" />
                </Field>
                <Field label="Currency" error=form.field("currency")>
                    <Select choices=currencies value=currency />
                </Field>
            </div>
            <Field
                label="Message"
                optional=true
                error=form.field("message")
                counter=Signal::derive(move || (message.with(|text| text.chars().count()), MESSAGE_MAX))
            >
                <Textarea value=message />
            </Field>
            <Refused error=form.error fields=FIELDS />
            <div class="flex justify-end gap-2">
                <Button on_press=move |()| open.set(false)>"Cancel"</Button>
                <Button variant=Variant::Primary submit=true loading=form.busy>
                    "Send invitation"
                </Button>
            </div>
        </form>
    }
    .into_any()
}
