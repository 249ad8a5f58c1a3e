window.posthog = "the SDK";
