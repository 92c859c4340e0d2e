//! A door to the controller that a test can shut after a certain number of bytes.
