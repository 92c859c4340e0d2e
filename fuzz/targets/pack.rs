#![no_main]

waterline_fuzz::target!("pack");
