#![no_main]

waterline_fuzz::target!("overlay");
