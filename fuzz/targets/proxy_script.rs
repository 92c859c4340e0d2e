#![no_main]

waterline_fuzz::target!("proxy-script");
