/** The flags that sign in at the demo server, and at the bad one. */
export const LOGIN = [
  ...["--login", "/login", "--login-field", "username=ada"],
  ...["--login-secret", "password=env:PASSWORD"],
];
