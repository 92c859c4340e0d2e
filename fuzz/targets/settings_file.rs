#![no_main]

waterline_fuzz::target!("settings-file");
