/** The nonce the shell stamped into this page. Only for code that must make a <style> element itself: the terminal. */
export const styleNonce = (): string => document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? "";
