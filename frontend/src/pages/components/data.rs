//! Marks, figures, charts and tables.

use leptos::prelude::*;

use super::sample;
use crate::format;
use crate::ui::*;

#[component]
pub(super) fn Marks() -> AnyView {
    let begun =
        chrono::DateTime::from_timestamp_millis(format::now_ms() as i64 - 254_000).unwrap_or_default();
    view! {
        <Card title="Badge, StatusDot, Avatar, CopyField, Facts" padded=true>
            <div class="grid gap-4">
                <div class="flex flex-wrap gap-2">
                    <Badge>"Inbound"</Badge>
                    <Badge tone=Tone::Good icon=lu::LuCheck>"Successful"</Badge>
                    <Badge tone=Tone::Warn icon=lu::LuTriangleAlert>"Delayed"</Badge>
                    <Badge tone=Tone::Bad icon=lu::LuX>"Failed"</Badge>
                    <Badge tone=Tone::Info icon=lu::LuInfo>"Processing"</Badge>
                    <Badge tone=Tone::Brand>"Admin"</Badge>
                </div>
                <div class="flex flex-wrap items-center gap-4">
                    <StatusDot tone=Tone::Good live=true label="In progress" />
                    <StatusDot tone=Tone::Plain label="Completed" />
                    <StatusDot tone=Tone::Bad label="Failed" />
                    <Avatar name="Maria Vega" />
                    <Avatar name="Northwind Dental" />
                    <Avatar name="Okafor & Sons" />
                </div>
                <CopyField value="https://voice.example.com/api/webhooks/elevenlabs/0198c2f4-7a1d-7c3e" />
                <Facts>
                    <Fact name="Agent">"Front desk"</Fact>
                    <Fact name="Caller">{format::phone("+14155550134")}</Fact>
                    <Fact name="Cost">{format::usd_micros(84_200)}</Fact>
                    <Fact name="Length">{format::duration(204.0)}</Fact>
                    <Fact name="Started">
                        <When at=begun />
                    </Fact>
                    <Fact name="Running for">
                        <Elapsed since=begun />
                    </Fact>
                </Facts>
            </div>
        </Card>
    }
    .into_any()
}

#[component]
pub(super) fn Figures() -> AnyView {
    let delta = |text: &str, rising, tone| {
        Signal::stored(Some(Delta {
            text: text.to_owned(),
            against: "yesterday until now".to_owned(),
            rising: Some(rising),
            tone,
        }))
    };
    let course = Signal::stored(sample::course());
    let bars = sample::bars();
    let rows = bars
        .iter()
        .map(|bar| vec![bar.label.clone(), format::integer(bar.value)])
        .collect::<Vec<_>>();
    let bars = StoredValue::new(bars);
    view! {
        <div class="grid gap-4 sm:grid-cols-2 xl:grid-cols-4">
            <Stat label="Calls today" value="1,284" delta=delta("+12 %", true, Tone::Good) course />
            <Stat label="Talk time" value="2,941" unit="min" delta=delta("+8 %", true, Tone::Plain) course />
            <Stat label="Cost" value="$412.08" delta=delta("+9 %", true, Tone::Plain) course />
            <Stat label="Successful" value="82 %" delta=delta("−3 %", false, Tone::Bad) course />
        </div>
        <ChartFrame
            title="Calls by day"
            unit="Calls a day, Europe/Berlin"
            head=vec!["Day".to_owned(), "Calls".to_owned()]
            rows
        >
            <BarChart bars=bars.get_value() value_name="Calls" rate_name="Successful, of the judged" />
        </ChartFrame>
    }
    .into_any()
}

const COLUMNS: &[Column] = &[
    Column::new("Started"),
    Column::new("Agent"),
    Column::new("Caller").with("max-md:hidden"),
    Column::new("Status"),
    Column::right("Length"),
    Column::right("Cost").with("max-md:hidden"),
];

#[component]
pub(super) fn Rows() -> AnyView {
    let opened = RwSignal::new(1_usize);
    let row = move |i: usize| {
        let (agent, tone, status) = sample::row(i);
        view! {
            <Row on_open=move |()| opened.set(i) current=Signal::derive(move || opened.get() == i)>
                <td>
                    <a href="/dev/ui" class="num">
                        {format!("{} min ago", i * 7 + 2)}
                    </a>
                </td>
                <td class="truncate">{agent}</td>
                <td class="max-md:hidden num">{format::phone("+4930901820")}</td>
                <td>
                    <StatusDot tone label=status />
                </td>
                <td class="right">{format::duration((i * 37 + 12) as f64)}</td>
                <td class="right max-md:hidden">{format::usd_micros(i as i64 * 31_000)}</td>
            </Row>
        }
    };
    view! {
        <Card title="Table, LoadMore">
            <Table caption="Calls" columns=COLUMNS>
                {(0..6).map(row).collect_view()}
            </Table>
            <LoadMore shown=6_usize unit="calls" has_more=true loading=false on_more=|()| () />
        </Card>
    }
    .into_any()
}
