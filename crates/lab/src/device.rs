//! The machines people use, and what each tells Okta about itself.

use crate::random::Random;

/// What a program says it is.
#[derive(Debug)]
pub struct Agent {
    /// `client.userAgent.rawUserAgent`.
    pub raw: &'static str,
    /// `client.userAgent.os`, in Okta's words.
    pub os: &'static str,
    /// `client.userAgent.browser`, in Okta's words.
    pub browser: &'static str,
    /// Okta's word for the kind of machine.
    pub device: &'static str,
    /// The platform as Okta Verify names it.
    pub platform: &'static str,
    /// Version of the operating system; empty for programs.
    pub os_version: &'static str,
    /// What the machine is, as it names itself; empty for programs.
    pub model: &'static str,
}

/// One machine of one person.
#[derive(Debug, Clone)]
pub struct Device {
    /// What is sent with every request.
    pub agent: &'static Agent,
    /// Okta's id of the registered device, `guo…`.
    pub id: String,
    /// The device token's hash: 64 hexadecimal digits, stable per browser.
    pub dt_hash: String,
    /// 32 hexadecimal digits.
    pub fingerprint: String,
    /// Whether Okta Verify on it is managed by the organization.
    pub managed: bool,
}

impl Device {
    /// A machine that nobody else has.
    pub fn new(agent: &'static Agent, managed: bool, random: &mut Random) -> Self {
        Self {
            agent,
            id: random.id("guo", 20, "5d7"),
            dt_hash: random.hex(64),
            fingerprint: random.hex(32),
            managed,
        }
    }

    /// Some machine that an employee works on.
    pub fn of_employee(random: &mut Random) -> Self {
        let agent = random.pick(COMPUTERS);
        Self::new(agent, true, random)
    }
}

/// Browsers of computers that employees work on.
pub const COMPUTERS: &[Agent] = &[
    computer(
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
        "Mac OS X",
        "CHROME",
    ),
    computer(
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Safari/605.1.15",
        "Mac OS X",
        "SAFARI",
    ),
    computer(
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
        "Windows 10",
        "CHROME",
    ),
    computer(
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0",
        "Windows 10",
        "CHROMIUM_EDGE",
    ),
    computer(
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0",
        "Windows 10",
        "FIREFOX",
    ),
];

/// Browsers of telephones.
pub const PHONES: &[Agent] = &[
    Agent {
        raw: "Mozilla/5.0 (iPhone; CPU iPhone OS 26_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.1 Mobile/15E148 Safari/604.1",
        os: "iOS (iPhone)",
        browser: "SAFARI",
        device: "Mobile",
        platform: "IOS",
        os_version: "26.1",
        model: "iPhone17,1",
    },
    Agent {
        raw: "Mozilla/5.0 (Linux; Android 16; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36",
        os: "Android",
        browser: "CHROME",
        device: "Mobile",
        platform: "ANDROID",
        os_version: "16",
        model: "Pixel 10",
    },
];

/// A Linux desktop that nobody in the organization uses.
pub const STRANGER: Agent = Agent {
    raw: "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    os: "Linux",
    browser: "FIREFOX",
    device: "Computer",
    platform: "LINUX",
    os_version: "6.12",
    model: "Linux",
};

/// Programs without a person: provisioning, integrations, scripts.
pub const PROGRAMS: &[Agent] = &[
    program("okta-sdk-java/24.0.0 java/21.0.9 Linux/6.12.0"),
    program("Okta-AD-Agent/3.22.0 (Microsoft Windows Server 2022; .NET CLR 4.8.9181.0; 64-bit OS)"),
    program(
        "acme-provisioning/4.2 (+https://provisioning.example.com/about; contact it@example.com)",
    ),
];

/// A script on somebody's server.
pub const SCRIPT: Agent = program("python-requests/2.32.5");

const fn computer(raw: &'static str, os: &'static str, browser: &'static str) -> Agent {
    let (platform, os_version, model) = match os.as_bytes() {
        b"Mac OS X" => ("OSX", "26.1.0", "Mac16,8"),
        _ => ("WINDOWS", "10.0.26100.7171", "Latitude 7450"),
    };
    Agent { raw, os, browser, device: "Computer", platform, os_version, model }
}

const fn program(raw: &'static str) -> Agent {
    Agent {
        raw,
        os: "Unknown",
        browser: "UNKNOWN",
        device: "Unknown",
        platform: "UNKNOWN",
        os_version: "",
        model: "",
    }
}
