#![no_main]

waterline_fuzz::target!("ldap-answer");
