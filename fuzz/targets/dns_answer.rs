#![no_main]

waterline_fuzz::target!("dns-answer");
