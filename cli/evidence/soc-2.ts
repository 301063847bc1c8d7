/**
 * Criteria of SOC 2 that something here bears on, in words of our own. Numbers: AICPA, Trust Services Criteria of 2017
 * with the points of focus revised in 2022.
 */
export const SOC_2 = {
  "CC6.1": "software and architecture keep information from whoever has no right to it",
  "CC6.2": "who gets credentials is registered and authorized first, and loses them afterwards",
  "CC6.3": "access is given, changed and taken by role, with the least that is needed and duties apart",
  "CC6.6": "what comes from outside the system's boundaries is held off",
  "CC6.7": "information moves to authorized users alone, and is protected on its way",
  "CC6.8": "software that nobody authorized is prevented or found",
  "CC7.1": "changes of configuration that open a weakness are found",
  "CC7.2": "the system is watched for what is unusual",
  "CC7.3": "what was seen is judged: is it an incident",
  "CC7.4": "an incident is answered: stopped, put right, told",
  "CC7.5": "after an incident the system comes back",
  "CC8.1": "changes are authorized, designed, tested, approved and then made",
} as const;

export type Soc2 = keyof typeof SOC_2;
