#![no_main]

waterline_fuzz::target!("profile");
