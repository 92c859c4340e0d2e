//! What is managed about browsers, as far as sign-in and updates depend on it.
//!
//! From the registry on Windows, the policy folders and Firefox's `policies.json` on Linux, managed
//! preferences on macOS. Recommended settings, which users may change, and policies from the
//! vendor's cloud are not read, nor is anything of a profile but whether one folder is there.

mod chromium;
mod extension;
mod firefox;
mod place;
mod places;

use waterline_facts::{
    Seen,
    browsers::{BrowserPolicies, BrowserProduct},
};

use super::{catalog::Product, found::Look};

/// What is managed for each product, sorted by product.
pub(super) fn read(look: &Look<'_>) -> Seen<Vec<BrowserPolicies>> {
    let mut read: Vec<BrowserPolicies> = look
        .catalog
        .products
        .iter()
        .filter_map(|product| {
            let policies = places::of(look, product)?;
            Some(match product.product {
                BrowserProduct::Firefox => firefox::read(&policies),
                _ => chromium::read(look, product, &policies),
            })
        })
        .collect();
    read.sort_by_key(|policies| policies.product);
    Seen::Known(read)
}

/// Whether Edge opens sites in Internet Explorer mode, and where their list is.
pub(super) fn explorer_mode(look: &Look<'_>) -> (Seen<bool>, Seen<String>) {
    let is_edge = |product: &&Product| product.product == BrowserProduct::Edge;
    let edge = look.catalog.products.iter().find(is_edge);
    let Some(policies) = edge.and_then(|edge| places::of(look, edge)) else {
        return (Seen::Absent, Seen::Absent);
    };
    let level = policies.number(&["InternetExplorerIntegrationLevel"]);
    (
        level.map(|level| level == 1),
        policies.text(&["InternetExplorerIntegrationSiteList"]),
    )
}
