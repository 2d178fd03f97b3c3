//! Buttons, fields and choices.

use leptos::prelude::*;

use crate::ui::*;

#[component]
pub(super) fn Buttons() -> AnyView {
    let loading = RwSignal::new(false);
    view! {
        <Card title="Button, IconButton, KeyHint" padded=true>
            <div class="flex flex-wrap items-center gap-2">
                <Button variant=Variant::Primary icon=lu::LuPlus>
                    "Connect workspace"
                </Button>
                <Button>"Secondary"</Button>
                <Button variant=Variant::Quiet>"Quiet"</Button>
                <Button variant=Variant::Danger icon=lu::LuTrash2>
                    "Remove"
                </Button>
                <Button disabled=true>"Disabled"</Button>
                <Button variant=Variant::Primary loading on_press=move |()| loading.set(true)>
                    "Save, keeps its width"
                </Button>
                <Button small=true>"Small"</Button>
                <ButtonLink href="/dev/ui" icon=lu::LuExternalLink>
                    "A link"
                </ButtonLink>
                <IconButton glyph=lu::LuRefreshCw label="Refresh" on_press=|()| () />
                <IconButton glyph=lu::LuPlay label="Play" variant=Variant::Primary on_press=|()| () />
                <KeyHint keys="Ctrl K" />
            </div>
        </Card>
    }
    .into_any()
}

#[component]
pub(super) fn Fields() -> AnyView {
    let name = RwSignal::new("Front desk".to_owned());
    let key = RwSignal::new("sk_0123456789".to_owned());
    let prompt = RwSignal::new("You answer the telephone of a dentist.".to_owned());
    let count = Signal::derive(move || (prompt.with(|text| text.chars().count()), 500));
    let region = RwSignal::new("eu".to_owned());
    let regions = vec![
        Choice::new("global", "Global, api.elevenlabs.io"),
        Choice::new("eu", "European Union"),
        Choice::new("in", "India"),
    ];
    view! {
        <Card title="Field, Input, SecretField, Select, Textarea" padded=true>
            <div class="grid gap-4">
                <div class="grid gap-4 sm:grid-cols-2">
                    <Field label="Name" hint="Only you and your team see it.">
                        <Input value=name />
                    </Field>
                    <Field label="Region" optional=true>
                        <Select choices=regions value=region />
                    </Field>
                </div>
                <Field
                    label="API key"
                    error=Signal::stored(
                        Some("ElevenLabs refused this key. Make a new one there and paste it here.".to_owned()),
                    )
                >
                    <SecretField value=key />
                </Field>
                <Field label="Prompt" counter=count>
                    <Textarea value=prompt />
                </Field>
            </div>
        </Card>
    }
    .into_any()
}

#[component]
pub(super) fn Choices() -> AnyView {
    let monitoring = RwSignal::new(true);
    let remember = RwSignal::new(true);
    let agree = RwSignal::new(false);
    let status = RwSignal::new(Some("done".to_owned()));
    let agent = RwSignal::new(None);
    let period = RwSignal::new(Period::Last7);
    let query = RwSignal::new(String::new());
    let tab = RwSignal::new("all");
    let statuses = vec![
        Choice::new("in-progress", "In progress"),
        Choice::new("done", "Completed"),
        Choice::new("failed", "Failed"),
    ];
    let agents: Vec<_> = (1..=12)
        .map(|i| Choice::new(i.to_string(), format!("Agent number {i}")))
        .collect();
    let tabs = vec![
        Tab {
            count: Some(128),
            ..Tab::new("all", "All")
        },
        Tab {
            count: Some(4),
            ..Tab::new("flagged", "Flagged")
        },
        Tab::new("mine", "Mine"),
    ];
    view! {
        <Card title="Switch, Checkbox, FilterChip, DateRange, Tabs, SearchInput" padded=true>
            <div class="grid gap-4">
                <Switch on=monitoring label="Follow running calls" hint="Word by word, where the agent allows it." />
                <div>
                    <Checkbox checked=remember label="Keep me signed in" />
                    <Checkbox checked=agree label="Fetch recordings, too" />
                </div>
                <div class="flex flex-wrap gap-2">
                    <DateRange period zone="Europe/Berlin" />
                    <FilterChip label="Status" choices=statuses value=status />
                    <FilterChip label="Agent" choices=agents value=agent />
                </div>
                <SearchInput value=query label="Search calls" />
                <Tabs tabs value=tab label="Views" />
            </div>
        </Card>
    }
    .into_any()
}
