#![no_main]

waterline_fuzz::target!("sender-policy");
