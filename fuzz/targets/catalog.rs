#![no_main]

waterline_fuzz::target!("catalog");
