#![no_main]

waterline_fuzz::target!("access-list");
