//! What stands around every page: rail, top bar, banners, palette.

mod banners;
mod bottom_bar;
mod brand_mark;
mod confirm;
mod enter;
mod guard;
mod later;
mod not_found;
mod organization_menu;
mod page;
mod pages;
mod palette;
mod rail;
mod sections;
mod shell;
mod standstill;
mod user_menu;

pub use brand_mark::BrandMark;
pub use enter::Entering;
pub use page::{Crumb, Page, TopBar};
pub use pages::{Route, inside, later};
pub use shell::{LiveCount, Shell};
