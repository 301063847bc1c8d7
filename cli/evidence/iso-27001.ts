/** Controls of ISO/IEC 27001:2022, Annex A, that something here bears on, in words of our own. */
export const ISO_27001 = {
  "A.5.3": "duties that could hide each other are apart",
  "A.5.15": "rules for who may reach what",
  "A.5.16": "identities have a life: made, used, ended",
  "A.5.17": "passwords, keys and other proofs of identity are handled with care",
  "A.5.18": "rights are given, looked over and taken away",
  "A.5.23": "cloud services are used by rules of one's own",
  "A.5.26": "incidents are answered as was planned",
  "A.5.28": "evidence is identified, collected and kept",
  "A.8.2": "privileged rights are few and watched",
  "A.8.3": "access to information is restricted as the rules say",
  "A.8.5": "whoever comes in proves who it is, safely",
  "A.8.9": "configurations are set down, made so, watched and reviewed",
  "A.8.12": "data does not leak from systems and networks",
  "A.8.15": "logs of activities and faults are made, kept and protected",
  "A.8.16": "networks, systems and applications are watched for odd behaviour",
  "A.8.19": "software comes into operation in an orderly way alone",
  "A.8.20": "networks are secured",
  "A.8.21": "services of networks are secured, and what they promise is watched",
  "A.8.24": "cryptography and its keys are used by rules",
  "A.8.25": "software and systems are developed by rules for security",
  "A.8.29": "security is tested in development and before acceptance",
  "A.8.31": "development, test and production are apart",
  "A.8.32": "changes go through a procedure",
} as const;

export type Iso27001 = keyof typeof ISO_27001;
