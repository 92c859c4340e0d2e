#![no_main]

waterline_fuzz::target!("registry-text");
