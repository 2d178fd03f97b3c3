//! All stores that are set up: one takes what is new, the others still hold what was stored before a switch.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use crate::{ByteRange, ByteStream, ObjectInfo, Provider, Storage, StorageConfig, StorageError, StorageKey};

#[derive(Clone)]
pub struct Stores {
    name: Provider,
    current: Arc<dyn Storage>,
    others: BTreeMap<Provider, Arc<dyn Storage>>,
}

impl Stores {
    /// Opens all of them; what is new goes to `current`.
    ///
    /// # Errors
    /// Those of [`StorageConfig::open`], with the store's name.
    pub async fn open(
        current: &StorageConfig,
        others: &[StorageConfig],
    ) -> Result<Self, (Provider, StorageError)> {
        let open = async |config: &StorageConfig| {
            let opened = config.open().await;
            opened.map_err(|error| (config.provider(), error))
        };
        let mut stores = Self {
            name: current.provider(),
            current: open(current).await?,
            others: BTreeMap::new(),
        };
        for other in others {
            if other.provider() != stores.name {
                stores.others.insert(other.provider(), open(other).await?);
            }
        }
        Ok(stores)
    }

    /// Where what is new goes.
    pub fn name(&self) -> Provider {
        self.name
    }

    /// Takes what is new.
    pub fn current(&self) -> &Arc<dyn Storage> {
        &self.current
    }

    /// The store of that name, where it is set up.
    pub fn at(&self, provider: Provider) -> Option<&Arc<dyn Storage>> {
        if provider == self.name {
            return Some(&self.current);
        }
        self.others.get(&provider)
    }

    fn all(&self) -> impl Iterator<Item = &Arc<dyn Storage>> {
        std::iter::once(&self.current).chain(self.others.values())
    }

    /// Opens an object wherever it lies; for those of which no row says where.
    ///
    /// # Errors
    /// As [`Storage::get`]; [`StorageError::NotFound`] when no store has it.
    pub async fn get_anywhere(
        &self,
        key: &StorageKey,
        range: Option<ByteRange>,
    ) -> Result<(ObjectInfo, ByteStream), StorageError> {
        let mut outcome = Err(StorageError::NotFound);
        for store in self.all() {
            match store.get(key, range).await {
                Err(StorageError::NotFound) => {}
                Ok(found) => return Ok(found),
                // One of the others may still have it.
                Err(error) => outcome = Err(error),
            }
        }
        outcome
    }

    /// Removes an object from every store: a copy that a switch left behind is gone, too.
    ///
    /// # Errors
    /// The first failure; the other stores were asked all the same.
    pub async fn delete_everywhere(&self, key: &StorageKey) -> Result<(), StorageError> {
        let mut outcome = Ok(());
        for store in self.all() {
            outcome = outcome.and(store.delete(key).await);
        }
        outcome
    }
}

impl fmt::Debug for Stores {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stores")
            .field("current", &self.name)
            .field("others", &self.others.keys())
            .finish()
    }
}
