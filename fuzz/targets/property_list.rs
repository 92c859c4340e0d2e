#![no_main]

waterline_fuzz::target!("property-list");
