//! A certificate, to be read, printed or saved.

use leptos::prelude::*;
use shared::ErasureId;
use shared::erasure::{Certificate, ErasedCall, Erasure};

use crate::api::{self, ApiError};
use crate::format;
use crate::frame::{Crumb, Page};
use crate::state::SessionState;
use crate::ui::{Button, Card, EmptyState, ErrorState, Fact, Facts, Icon, SkeletonRows, lu};

#[component]
pub(super) fn CertificateView(id: ErasureId) -> AnyView {
    let found = RwSignal::new(None::<Result<Erasure, ApiError>>);
    leptos::task::spawn_local(async move {
        let reply = api::get::<Erasure>(&format!("/api/erasures/{id}")).await;
        _ = found.try_set(Some(reply));
    });
    let body = move || match found.get() {
        None => view! { <SkeletonRows rows=8 /> }.into_any(),
        Some(Err(error)) => view! { <ErrorState error /> }.into_any(),
        Some(Ok(erasure)) => match erasure.certificate {
            Some(certificate) => shown(certificate),
            None => view! {
                <EmptyState
                    icon=lu::LuHourglass
                    title="Not everything is erased yet"
                    text="The certificate is written once the last call is gone, at ElevenLabs too."
                />
            }
            .into_any(),
        },
    };
    let print = move |()| {
        // Where a browser does not print, it says so itself.
        _ = window().print();
    };
    view! {
        <Page
            title="Certificate of erasure"
            crumbs=vec![Crumb::new("Erasing calls", "/settings/privacy")]
            actions=move || {
                view! {
                    <a
                        class="btn btn-secondary"
                        href=format!("/api/erasures/{id}/certificate")
                        rel="external"
                        download=""
                    >
                        <Icon glyph=lu::LuDownload />
                        "Download as JSON"
                    </a>
                    <Button icon=lu::LuPrinter on_press=print>
                        "Print"
                    </Button>
                }
            }
        >
            <div class="mx-auto max-w-[860px]">
                <Card padded=true>{body}</Card>
            </div>
        </Page>
    }
    .into_any()
}

fn shown(certificate: Certificate) -> AnyView {
    let zone = untrack(|| SessionState::here().zone());
    let counts = certificate.counts;
    let number = |n: i64| format::integer(n as f64);
    let facts = [
        ("Organization", certificate.organization),
        ("Number", certificate.number.to_string()),
        ("Subject", certificate.kind.label().to_owned()),
        ("Digest of the subject", certificate.subject_digest),
        ("Ordered", format::exact(certificate.requested_at, &zone)),
        ("Finished", format::exact(certificate.finished_at, &zone)),
        ("Calls", number(counts.calls)),
        ("Turns of transcripts", number(counts.turns)),
        ("Recordings", number(counts.recordings)),
        ("Bytes of recordings", number(counts.recording_bytes)),
        ("Notes", number(counts.notes)),
        ("Stored deliveries of the provider", number(counts.deliveries)),
        ("Live events", number(counts.live_events)),
        ("Exported files withdrawn", number(counts.exports)),
        ("Deleted at ElevenLabs", number(counts.provider_deleted)),
        ("Not there any more at ElevenLabs", number(counts.provider_gone)),
        (
            "Workspace no longer connected",
            number(counts.provider_disconnected),
        ),
        ("Moved to another organization before", number(counts.moved)),
    ];
    let row = move |call: ErasedCall| {
        view! {
            <tr>
                <td class="break-all">
                    <code>{call.conversation_digest}</code>
                </td>
                <td>{call.provider}</td>
                <td class="num whitespace-nowrap">{format::date_time(call.erased_at, &zone)}</td>
            </tr>
        }
    };
    view! {
        <div class="grid gap-5">
            <Facts>
                {facts
                    .into_iter()
                    .map(|(name, value)| {
                        view! {
                            <Fact name>
                                <span class="break-all">{value}</span>
                            </Fact>
                        }
                    })
                    .collect_view()}
            </Facts>
            <p class="text-sm text-muted">
                "What was counted in the past, such as calls of a day and used minutes, stays as it was. The digests tell nobody whose calls \
                these were; this server can show that a number, an address or a conversation was among them."
            </p>
            <div class="table-wrap">
                <table class="table" aria-label="Erased calls">
                    <thead>
                        <tr>
                            <th scope="col">"Digest of the conversation"</th>
                            <th scope="col">"At ElevenLabs"</th>
                            <th scope="col">"Erased"</th>
                        </tr>
                    </thead>
                    <tbody>{certificate.calls.into_iter().map(row).collect_view()}</tbody>
                </table>
            </div>
            <p class="text-sm">"SHA-256 of this certificate: " <code class="break-all">{certificate.digest}</code></p>
        </div>
    }
    .into_any()
}
