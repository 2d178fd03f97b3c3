//! What has to be cleared away when an upload does not come to its end.

use std::pin::Pin;

type Work = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Does its work unless it is told that all is well: on an error, and when whoever uploads goes away halfway.
pub(crate) struct Tidy(Option<Work>);

impl Tidy {
    pub(crate) fn with(work: impl Future<Output = ()> + Send + 'static) -> Self {
        Self(Some(Box::pin(work)))
    }

    pub(crate) fn not_needed(mut self) {
        self.0 = None;
    }
}

impl Drop for Tidy {
    fn drop(&mut self) {
        if let (Some(work), Ok(runtime)) = (self.0.take(), tokio::runtime::Handle::try_current()) {
            runtime.spawn(work);
        }
    }
}
