//! The whole program against the lab's domain controller.
