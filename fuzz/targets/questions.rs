#![no_main]

waterline_fuzz::target!("questions");
