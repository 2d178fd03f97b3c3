//! What stands around every page: rail, top bar, banners, palette.

mod banners;
mod bottom_bar;
mod brand_mark;
mod enter;
mod guard;
mod organization_menu;
mod page;
mod palette;
mod rail;
mod sections;
mod shell;
mod standstill;
mod user_menu;

pub use brand_mark::BrandMark;
pub use enter::Entering;
pub use guard::Guarded;
pub use page::{Crumb, Page, TopBar};
pub use shell::{LiveCount, Shell};
